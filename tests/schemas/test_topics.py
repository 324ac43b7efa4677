"""A walk over the catalogue of topics: no orphan, no odd name, no reject without a home."""

import re

import pytest

from schemas.clock import HOUR_MS
from schemas.records import (
    RECORDS,
    Candidate,
    DeadLetter,
    Mention,
    Proposal,
    RawMention,
    Tick,
)
from schemas.sources import SOURCE_TYPES
from schemas.topics import (
    BY_NAME,
    DAILY,
    DISCOVER,
    FORECAST,
    FOREVER,
    MEASURE,
    RESOLVE,
    STORIES,
    TOPICS,
    Topic,
    dead_letters_of,
    qualified,
    raw_topic,
)

ROLES = {"producers", "ticker", "catalogue", RESOLVE, MEASURE, STORIES, DISCOVER, "sinks",
         "gateway", FORECAST, "train", DAILY}
OUTSIDE = {"downstream", "people"}
# Consumer groups that commit what they read, and where each leaves what it cannot read.
GROUPS = {RESOLVE: "{}", MEASURE: "{}", STORIES: "{}", DISCOVER: "{}", "sinks": "{}.sink",
          "catalogue": "{}.catalogue"}
READ_WHOLE = {"entities"}  # from its beginning, and nothing is committed; but by the sinks

every_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def rejecting() -> dict[str, set[str]]:
    """Dead-letter topic -> the groups that need it."""
    needed: dict[str, set[str]] = {}
    for topic in TOPICS:
        for group in set(topic.read_by) & set(GROUPS):
            if topic.name not in READ_WHOLE or group == "sinks":
                needed.setdefault(dead_letters_of(GROUPS[group].format(topic.name)), set()).add(
                    group
                )
    return needed


@every_topic
def test_a_topic_has_a_writer_of_ours_and_a_reader(topic: Topic) -> None:
    assert topic.written_by
    assert set(topic.written_by) <= ROLES
    assert topic.read_by
    assert set(topic.read_by) <= ROLES | OUTSIDE


@every_topic
def test_a_topic_s_name_has_letters_digits_dots_and_hyphens(topic: Topic) -> None:
    assert re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", topic.name)
    assert len(topic.name) < 200


@every_topic
def test_a_topic_says_what_is_on_it_and_under_which_key(topic: Topic) -> None:
    assert topic.records
    assert set(topic.records) <= set(RECORDS)
    assert topic.key


@every_topic
def test_a_topic_is_kept_for_a_while_or_compacted_for_ever(topic: Topic) -> None:
    assert topic.compact == (topic.retention_ms == FOREVER)
    assert topic.compact or topic.retention_ms >= HOUR_MS


def test_every_record_is_on_a_topic() -> None:
    assert {record for topic in TOPICS for record in topic.records} == set(RECORDS)


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(TOPICS)


def test_every_source_has_a_raw_topic_and_every_raw_topic_a_source() -> None:
    raw = {topic.name for topic in TOPICS if topic.records[0] is RawMention}
    assert raw == {raw_topic(source) for source in SOURCE_TYPES}


def test_ticks_travel_among_everything_that_is_measured_by_them() -> None:
    told = {topic.name for topic in TOPICS if Tick in topic.records}
    timed = {RawMention, Mention, Candidate, Proposal}
    measured = {topic.name for topic in TOPICS if set(topic.records) & timed}
    assert told == measured | {"ticks"}


def test_whatever_a_group_cannot_read_has_a_topic_of_its_own() -> None:
    dead = {t.name: set(t.written_by) for t in TOPICS if t.records == (DeadLetter,)}
    assert dead == rejecting()


def test_two_groups_never_share_dead_letters() -> None:
    assert [name for name, groups in rejecting().items() if len(groups) > 1] == []


def test_dead_letters_are_known_by_their_name() -> None:
    assert {t.name for t in TOPICS if t.name.endswith(".dlq")} == {
        t.name for t in TOPICS if DeadLetter in t.records
    }


def test_a_namespace_goes_before_the_name_and_none_leaves_it_alone() -> None:
    assert qualified("", "heat") == "heat"
    assert qualified("replay-ab12", "raw.reddit") == "replay-ab12.raw.reddit"
