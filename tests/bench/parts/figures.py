"""What a run took: time on the clock, and processor time of everybody who had a part in it."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import psutil


@dataclass
class Figures:
    """One run. `cpu` holds seconds by process; `load` is the machine's, before the run."""

    events: int
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    load: float = 0.0

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    def each(self, process: str) -> float:
        """Microseconds of processor per event."""
        return self.cpu[process] * 1e6 / self.events


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process and its living children have used."""
    process = psutil.Process(pid)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(spent.user + spent.system for spent in times)


@contextmanager
def timed(events: int, pids: Mapping[str, int]) -> Iterator[Figures]:
    """Filled in when the block ends."""
    figures = Figures(events, load=os.getloadavg()[0])
    before = {name: cpu_of(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    yield figures
    figures.seconds = time.perf_counter() - began
    figures.cpu = {name: cpu_of(pid) - before[name] for name, pid in pids.items()}


def middle(runs: list[Figures]) -> Figures:
    """The median of each figure by itself."""
    return Figures(
        runs[0].events,
        median(run.seconds for run in runs),
        {name: median(run.cpu[name] for run in runs) for name in runs[0].cpu},
        max(run.load for run in runs),
    )
