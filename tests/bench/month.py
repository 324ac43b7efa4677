"""A simulated month of 500 names in all sources, replayed in process from a sealed recording.

    python -m tests.bench.month [--full] [--days N] [--volume X] [--workers N] [--json]

By default two days at a fifth of the volume; `--full` is the month at its whole volume (about 2.9
million texts). Making the recording is not measured. Time is the wall's, and beside it that of the
processors of all processes, which a busy machine changes less. Resident memory is told by day: it
grows until the windows are full, in half a month, and then no more.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from deploy.cli.watching import watching
from deploy.replay.in_process import in_process
from deploy.replay.plan import Plan
from deploy.replay.run import summary
from schemas.clock import DAY_MS, INTERVAL_MS
from streams.garbage import settle
from tests.bench.parts.month import Month

DAYS, FULL_DAYS = 2, 30
VOLUME = 0.2
TARGET_S = 600.0
ENDS_WITHIN_S = 60.0
DAY_TICKS = DAY_MS // INTERVAL_MS


class Resident:
    """Megabytes of this process and of each of its workers, at the end of each day."""

    def __init__(self) -> None:
        self.by_day: dict[int, list[int]] = {}
        self.peak: list[int] = []
        self.children: dict[int, psutil.Process] = {}

    def look(self, intervals: int) -> None:
        own = psutil.Process()
        for child in own.children():
            self.children[child.pid] = child
        sizes = [_megabytes(one) for one in (own, *self.children.values())]
        self.by_day[intervals // DAY_TICKS] = sizes
        before = self.peak + [0] * (len(sizes) - len(self.peak))
        self.peak = [max(pair) for pair in zip(before, sizes, strict=True)]


def _megabytes(process: psutil.Process) -> int:
    try:
        return round(process.memory_info().rss / 1e6)
    except psutil.NoSuchProcess:
        return 0


def _processor_s() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def replayed(recording: Path, workers: int | None, console: Console) -> dict[str, Any]:
    """The figures of a run over the recording."""
    resident, plan = Resident(), Plan(recording, workers=workers)
    settle()  # as every process of a replay
    began, spent = time.monotonic(), _processor_s()
    with watching(console, "replaying") as bar:
        def watch(gone: int, whole: int) -> None:
            resident.look(gone)
            bar(gone, whole)

        account, shown = in_process(plan, watch)
    wall = time.monotonic() - began
    psutil.wait_procs(list(resident.children.values()), ENDS_WITHIN_S)
    spent = _processor_s() - spent
    told = summary(account, shown, plan)
    mentions = told["events"]["mentions"]
    return {
        "simulated": told["simulated"], "texts": told["published"], "mentions": mentions,
        "missing": told["missing"], "events": told["events"], "alerts": told["alerts"],
        "digest": told["digest"], "workers": told["workers"], "wall_s": round(wall, 1),
        "processor_s": round(spent, 1), "texts_per_wall_s": round(told["published"] / wall),
        "texts_per_core_s": round(told["published"] / spent),
        "mentions_per_core_s": round(mentions / spent), "peak_mb": resident.peak,
        "mb_by_day": resident.by_day,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.month", description=__doc__)
    parser.add_argument("--full", action="store_true", help="30 days at the whole volume")
    parser.add_argument("--days", type=int)
    parser.add_argument("--volume", type=float, help="of what is assumed")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    month = Month(days=chosen.days or (FULL_DAYS if chosen.full else DAYS),
                  volume=chosen.volume or (1.0 if chosen.full else VOLUME))
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="heat-month-") as folder:
        recording = Path(folder) / "month"
        with watching(console, "making the recording", "days") as watch:
            month.record(recording, watch)
        found = replayed(recording, chosen.workers, console)
    found |= {"days": month.days, "volume": month.volume, "cores": psutil.cpu_count()}
    sys.stdout.write((json.dumps(found) if chosen.json else report(found)) + "\n")


def report(found: dict[str, Any]) -> str:
    memory = "; ".join(f"day {day}: {' + '.join(map(str, sizes))}"
                       for day, sizes in found["mb_by_day"].items())
    return "\n".join([
        f"{found['days']} simulated days of 500 names at {found['volume']:g} of the volume: "
        f"{found['texts']:,} texts, {found['mentions']:,} mentions, {found['alerts']} alerts, "
        f"{found['missing']} missing",
        f"{found['workers']} workers on {found['cores']} cores: {found['wall_s']:,} s of the wall "
        f"(aimed at for the month: {TARGET_S:.0f}), {found['processor_s']:,} s of processors",
        f"{found['texts_per_wall_s']:,} texts/s; per core and second of processor "
        f"{found['texts_per_core_s']:,} texts, {found['mentions_per_core_s']:,} mentions",
        f"resident MB, this process + workers: {memory}",
        f"digest {found['digest']}",
    ])


if __name__ == "__main__":
    main()
