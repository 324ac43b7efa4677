"""A backtest that keeps its place after every batch, and prints its report.

    python -m tests.deploy.backtest.cut_short RECORDING CACHE WORKERS
"""

import json
import sys
from pathlib import Path
from typing import Any

from deploy.backtest.report import figures
from deploy.backtest.run import backtest
from deploy.replay.footage import Watch, nobody
from deploy.replay.kept import Cache, Say
from deploy.replay.plan import Plan


def report(
    plan: Plan, cache: Path, say: Say, watch: Watch = nobody, leave_one_out: bool = False
) -> dict[str, Any]:
    found = backtest(plan, Cache(cache, say, every_s=0.0).made(), watch, leave_one_out)
    told = figures(found.told, found.kpis, found.others, found.chapters, found.bins)
    back: dict[str, Any] = json.loads(json.dumps(told))
    return back


def main(recording: str, cache: str, workers: str) -> None:
    plan = Plan(Path(recording), workers=int(workers))
    told = report(plan, Path(cache), lambda words: sys.stderr.write(words + "\n"),
                  leave_one_out=True)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
