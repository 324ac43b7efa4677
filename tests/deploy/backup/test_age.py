"""A backup that is older than the topics remember says so."""

from deploy.backup.age import warnings
from schemas.clock import DAY_MS, HOUR_MS
from schemas.topics import TOPICS
from tests.sinks.builders import NOON

LASTING = [topic for topic in TOPICS if topic.name != "ops.heartbeat"]


def test_last_nights_backup_misses_nothing_that_matters() -> None:
    assert warnings(NOON, NOON + 20 * HOUR_MS, LASTING) == []


def test_topics_that_keep_less_than_the_age_are_named() -> None:
    (told,) = warnings(NOON, NOON + 10 * DAY_MS)
    assert "10 d old" in told
    assert "heat" in told.split(" keep ")[0]
    assert "mentions" not in told.split(" keep ")[0].split(", ")


def test_deletions_must_be_repeated_when_the_raw_topics_have_forgotten_them() -> None:
    _, told = warnings(NOON, NOON + 31 * DAY_MS)
    assert "heat forget" in told
