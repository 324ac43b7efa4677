"""A run in this process that says what it goes on from and keeps its place after every batch.

    python -m tests.deploy.replay.cut_short RECORDING PLACE WORKERS
"""

import json
import sys
from pathlib import Path

from deploy.replay.in_process import Resuming, in_process
from deploy.replay.plan import Plan
from deploy.replay.run import summary


def main(recording: str, place: str, workers: str) -> None:
    plan = Plan(Path(recording), workers=int(workers))
    resuming = Resuming(Path(place), say=lambda words: sys.stderr.write(words + "\n"), every_s=0.0)
    account, shown = in_process(plan, resuming=resuming)
    sys.stdout.write(json.dumps(summary(account, shown, plan)))


if __name__ == "__main__":
    main(*sys.argv[1:])
