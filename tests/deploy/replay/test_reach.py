"""A replay cannot reach Slack, a webhook or a page: nothing that it loads knows how."""

import subprocess
import sys

from streams.roles import ROLES

REPLAYS = ("deploy.replay.run", "deploy.replay.verify", "deploy.replay.sweep",
           "deploy.replay.outcomes", "deploy.backtest.run", "deploy.cli.replay",
           "streams.replay.in_process", "streams.__main__", "streams.worker", "streams.forecaster",
           *(f"streams.agents.{role}" for role in ROLES))
SPEAKERS = ("gateway", "slack_bolt", "slack_sdk")


def test_nothing_that_a_replay_loads_can_speak_to_people() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {', '.join(REPLAYS)}; print(*sys.modules)"],
        capture_output=True, text=True, timeout=120, check=True,
    )
    loaded = {name.split(".")[0] for name in told.stdout.split()}
    assert "deploy" in loaded
    assert loaded & set(SPEAKERS) == set()
