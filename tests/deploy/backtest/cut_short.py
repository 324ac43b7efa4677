"""A backtest that keeps its place after every batch, and prints its report.

    python -m tests.deploy.backtest.cut_short RECORDING CACHE WORKERS
"""

import json
import sys
from pathlib import Path
from typing import Any

from deploy.backtest.report import figures
from deploy.backtest.run import backtest
from deploy.replay.kept import Cache, Say
from deploy.replay.plan import Plan


def report(recording: Path, cache: Path, say: Say, workers: int = 1) -> dict[str, Any]:
    plan = Plan(recording, workers=workers)
    found = backtest(plan, Cache(cache, say, every_s=0.0).made(), leave_one_out=True)
    told = figures(found.told, found.kpis, found.others, found.chapters, found.bins)
    back: dict[str, Any] = json.loads(json.dumps(told))
    return back


if __name__ == "__main__":
    told = report(Path(sys.argv[1]), Path(sys.argv[2]),
                  lambda words: print(words, file=sys.stderr), int(sys.argv[3]))
    print(json.dumps(told))
