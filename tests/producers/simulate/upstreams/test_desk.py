"""The desk's count of violations: by what was told and done, whatever words the provider has."""

import pytest

from producers.simulate.upstreams.desk import Desk, Reply
from producers.simulate.upstreams.exchange import Question
from producers.simulate.upstreams.faults import Fault
from schemas.clock import HOUR_MS, SECOND_MS
from tests.producers.simulate.upstreams.conftest import Wall

WAIT_S = 15
STORM = (Fault("throttle", share=0.5, wait_s=WAIT_S), Fault("broken", share=0.2))
ASKED = {
    "oauth.reddit.com": "/r/movies/new",
    "www.reddit.com": "/r/movies/new.rss",
    "trends.google.com": "/trending/rss",
    "www.googleapis.com": "/youtube/v3/videos",
    "api.x.com": "/2/tweets/search/recent",
}


def told_by(desk: Desk, host: str) -> Reply:
    question = Question("GET", host, ASKED[host], {})
    reply = desk.reply(question)
    desk.sent(question, reply)
    return reply


@pytest.mark.parametrize("host", ASKED)
def test_wait_that_was_told_and_kept_is_no_violation_and_one_that_was_not_is(
    desk: Desk, wall: Wall, host: str
) -> None:
    desk.arm(STORM)
    for _ in range(60):
        asked_to_wait = "Retry-After" in told_by(desk, host).answer.headers
        wall.moment += (WAIT_S if asked_to_wait else 1) * SECOND_MS
    fired = desk.told()["faults"]
    assert fired["throttle"] > 15
    assert fired["broken"] > 2
    assert desk.told()["broken"] == []
    desk.arm([Fault("throttle", wait_s=WAIT_S)])
    told_by(desk, host)
    wall.moment += (WAIT_S - 1) * SECOND_MS
    told_by(desk, host)
    assert desk.told()["violations"] == {host: 1}


def test_quota_of_a_day_is_to_be_left_alone_until_the_day_ends(desk: Desk, wall: Wall) -> None:
    desk.arm([Fault("quota", times=1)])
    spent = told_by(desk, "www.googleapis.com")
    assert spent.until == wall.moment + 20 * HOUR_MS  # midnight in Los Angeles
    wall.moment = spent.until - SECOND_MS
    told_by(desk, "www.googleapis.com")
    wall.moment = spent.until
    assert told_by(desk, "www.googleapis.com").answer.status == 200
    assert desk.told()["violations"] == {"www.googleapis.com": 1}
