"""Votes that people gave while a recording was made count in its backtest."""

from pathlib import Path

import pytest

from deploy.backtest.run import backtest
from deploy.replay.kept import Cache
from deploy.replay.plan import Plan
from schemas.clock import HOUR_MS
from schemas.records import Action
from streams.kpis.table import Kpis
from tests.deploy.replay.small_recording import record_world
from tests.streams.replay.small_world import alerts

OPENED = next(alert for alert in alerts() if alert.kind == "opened")
VOTED_AT = OPENED.known_time + HOUR_MS


def action(kind: str, actor: str, word: str) -> Action:
    return Action(
        id=f"{kind}-{actor}", event_time=VOTED_AT, known_time=VOTED_AT, source="slack",
        action=kind, actor=actor, channel="desk", alert_id=OPENED.alert_id,
        attributes={"vote": word},
    )


ACTIONS = [action("vote", "ida", "useful"), action("vote", "bo", "useful"),
           action("vote", "cy", "not-useful"), action("mute", "dee", "useful")]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("votes") / "w"
    record_world(out, votes=ACTIONS)
    return out


def told(plan: Plan) -> Kpis:
    return backtest(plan, Cache(plan.file.with_name("kept"))).kpis


def test_an_alert_that_most_voters_found_useful_is_useful(recording: Path) -> None:
    found = told(Plan(recording))
    assert found.system.alerts > 0
    assert (found.useful.hits, found.useful.n, found.voted.hits) == (1, 1, 1)


def test_a_vote_after_the_moment_that_is_asked_about_is_unknown(recording: Path) -> None:
    found = told(Plan(recording, until=VOTED_AT - 1))
    assert found.system.alerts > 0
    assert found.voted.hits == 0
