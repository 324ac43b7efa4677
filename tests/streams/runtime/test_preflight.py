"""What a worker refuses to start on."""

from streams.runtime.incarnations import Found, cut_short, made_anew
from streams.runtime.preflight import Needed, faults

MENTIONS = Needed("mentions", 12)
CHANGELOG = Needed("heat-measure-state-changelog", 12, compact=True)
AS_WANTED = {
    "mentions": Found(12, "delete", "A"),
    "heat-measure-state-changelog": Found(12, "compact", "B"),
}


def test_topics_as_wanted_are_no_fault() -> None:
    assert faults([MENTIONS, CHANGELOG], AS_WANTED) == []


def test_a_missing_topic_is_named_with_the_remedy() -> None:
    assert faults([MENTIONS], {}) == ["topic mentions does not exist: run `heat topics apply`"]


def test_another_partition_count_names_both() -> None:
    (told,) = faults([MENTIONS], {"mentions": Found(3, "delete", "A")})
    assert "has 3 partitions and needs 12" in told


def test_a_changelog_that_deletes_is_refused() -> None:
    found = {CHANGELOG.name: Found(12, "compact,delete", "B")}
    (told,) = faults([CHANGELOG], found)
    assert "cleanup.policy=compact,delete and needs compact: run `heat topics apply`" in told


def test_every_fault_is_told_at_once() -> None:
    assert len(faults([MENTIONS, CHANGELOG], {})) == 2


def test_a_topic_made_anew_is_recognised_by_its_id() -> None:
    assert made_anew({"mentions": "A"}, AS_WANTED) == []
    assert made_anew({"gone": "Z"}, AS_WANTED) == []
    (told,) = made_anew({"mentions": "other"}, AS_WANTED)
    assert told.startswith("topic mentions was deleted and made anew")


def test_a_partition_that_ends_before_its_commit_is_recognised() -> None:
    ends = {("mentions", 0): 10, ("mentions", 1): 5}
    assert cut_short({("mentions", 0): 10}, ends) == []
    (told,) = cut_short({("mentions", 0): 9, ("mentions", 1): 6}, ends)
    assert told.startswith("mentions-1 ends at offset 5 while 6 is committed")
