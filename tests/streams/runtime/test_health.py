"""What the health file says."""

import json
from pathlib import Path

import pytest
from faust.types import TP

from streams.runtime.health import report
from streams.runtime.health_file import write
from streams.runtime.reading import NOT_JOINED, Progress, Reading, progress
from tests.streams.runtime.taped import corrected

READY = Progress(
    ready=True,
    recovering=False,
    readings={TP("mentions", 3): Reading(5, 2), TP("mentions", 1): Reading(9, 4)},
    since_commit=0.42,
)


def test_a_ready_worker_tells_what_it_owns_and_how_far_it_is() -> None:
    assert report("measure", READY, pid=7, stopping=False) == {
        "status": "ok",
        "detail": "",
        "role": "measure",
        "assignment": {"mentions": [1, 3]},
        "lag": 6,
        "recovering": False,
        "last_commit_age_s": 0.4,
        "pid": 7,
    }


@pytest.mark.parametrize(
    ("told", "stopping", "status"),
    [
        (NOT_JOINED, False, "starting"),
        (READY._replace(ready=False, recovering=True), False, "recovering"),
        (READY, True, "stopping"),
    ],
)
def test_only_a_worker_that_works_is_ok(told: Progress, stopping: bool, status: str) -> None:
    assert report("measure", told, pid=7, stopping=stopping)["status"] == status


def test_a_ready_worker_that_stands_still_is_not_moving_and_says_what_stands() -> None:
    words = report("measure", READY, pid=7, stopping=False, stalled="mentions-3 has 2 unread")
    assert (words["status"], words["detail"]) == ("not moving", "mentions-3 has 2 unread")


def test_looking_at_an_app_that_has_not_started_starts_nothing(tmp_path: Path) -> None:
    app = corrected(tmp_path)
    assert progress(app) == NOT_JOINED
    assert app._consumer is None


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "health" / "measure.json"
    write(file, {"status": "starting"})
    write(file, {"status": "ok"})
    assert json.loads(file.read_text()) == {"status": "ok"}
    assert [path.name for path in file.parent.iterdir()] == ["measure.json"]
