"""Which mentions are voices of their own."""

from collections import Counter

import pytest

from schemas.clock import HOUR_MS, MINUTE_MS, SECOND_MS, Millis
from schemas.records import Mention
from streams.core.config import CoreConfig, configure
from streams.core.evidence import absorb, hour_of, prune
from streams.core.independence import REMEMBERED_AUTHORS, left_out_within
from streams.core.measure import fresh
from streams.core.near import near_key
from streams.core.state import EntityState, pack, unpack
from tests.builders import NOON, mention

START = NOON + MINUTE_MS  # buckets are shifted by a minute
TEXT = "Nova Reyes walks on stage for a surprise cameo at the harbour gala and the crowd goes wild"


class Row:
    """The row of one entity, and what became of each mention."""

    def __init__(self, config: CoreConfig | None = None) -> None:
        self.config = config or CoreConfig()
        self.state: EntityState = fresh(0)
        self.told = 0

    def hear(self, at: Millis = START, **changes: object) -> str:
        """One mention that became known a second after it was said."""
        self.told += 1
        fields = {"event_time": at - SECOND_MS, "author_key": 10_000 + self.told} | changes
        said: Mention = mention(raw_id=f"raw-{self.told}", known_time=at, **fields)
        return absorb(self.state, said, self.config.velocity, self.config.evidence)

    @property
    def counted(self) -> int:
        return sum(sum(kind.window.hours.values()) for kind in self.state.types.values())


def test_nearly_the_same_words_count_once_a_day() -> None:
    row = Row()
    edited = near_key(TEXT.replace("wild", "crazy"))
    assert row.hear(near_key=near_key(TEXT)) == "counted"
    assert row.hear(START + 3 * HOUR_MS, near_key=edited) == "near-text"
    assert row.hear(START + 25 * HOUR_MS, near_key=edited) == "counted"


def test_a_copy_is_near_to_a_text_that_counted() -> None:
    """An edit of an edit of an edit is at last a text of its own."""
    row = Row()
    assert [row.hear(near_key=key) for key in (0b1, 0b1111111, 0b11111111, 0b1111111111)] == [
        "counted", "near-text", "near-text", "counted",
    ]


def test_papers_may_be_more_alike_than_people() -> None:
    one, other = 0b1, 0b111111  # five bits
    press, people = Row(), Row()
    press.hear(near_key=one, source_type="news")
    people.hear(near_key=one)
    assert press.hear(near_key=other, source_type="news") == "counted"
    assert people.hear(near_key=other) == "near-text"


def test_searches_are_alike_by_nature() -> None:
    row = Row()
    row.hear(near_key=7, source_type="search")
    assert row.hear(near_key=7, source_type="search") == "counted"


def test_texts_without_a_fingerprint_are_compared_by_their_words() -> None:
    row = Row()
    assert [row.hear(near_key=0) for _ in range(3)] == ["counted"] * 3
    assert [row.hear(near_key=0, text_key=5) for _ in range(2)] == ["counted", "same-text"]


def test_one_author_counts_once_an_hour_and_four_times_a_day() -> None:
    row = Row()
    hours = [row.hear(START + n * HOUR_MS + n * n * MINUTE_MS, author_key=1) for n in range(6)]
    assert hours == ["counted"] * 4 + ["author-cap"] * 2
    assert row.hear(START + 10, author_key=1) == "same-author"
    assert row.hear(START + 6 * HOUR_MS, author_key=2) == "counted"
    assert row.hear(START + 28 * HOUR_MS, author_key=1) == "counted"


def test_one_channel_counts_so_often_an_hour() -> None:
    row = Row(configure({"evidence.channel_per_hour": 3}))
    told = Counter(row.hear(outlet="r/nova") for _ in range(5))
    assert told == {"counted": 3, "channel-cap": 2}
    assert row.hear(outlet="r/other") == "counted"
    assert row.hear(START + HOUR_MS, outlet="r/nova") == "counted"


@pytest.mark.parametrize("nowhere", ["reddit", "x.com"])
def test_a_platform_is_no_channel(nowhere: str) -> None:
    row = Row(configure({"evidence.channel_per_hour": 1}))
    assert [row.hear(outlet=nowhere) for _ in range(3)] == ["counted"] * 3


def test_an_author_with_the_very_same_pause_is_a_machine() -> None:
    bot, person = Row(), Row()
    for n, late in enumerate((0, 1, 0)):
        bot_said = bot.hear(START + n * 67 * MINUTE_MS + late * 300, author_key=1)
    for at in (0, 67, 150):
        person_said = person.hear(START + at * MINUTE_MS, author_key=1)
    assert bot_said == "regular-author"
    assert person_said == "counted"


def test_the_rhythm_of_our_own_polls_is_nobodys() -> None:
    """A source that tells no time has the time at which it was asked."""
    row = Row()
    times = [START + n * 65 * MINUTE_MS for n in range(4)]
    assert [row.hear(at, author_key=1, event_time=at) for at in times] == ["counted"] * 4


def test_what_does_not_count_is_kept_by_its_verdict() -> None:
    row = Row()
    row.hear(text_key=5)
    row.hear(text_key=5)
    row.hear(text_key=5)
    row.hear(spam=0.9)
    row.hear(about="passing")
    row.hear(test=True)
    row.hear(source_type="trade")
    told = left_out_within(row.state, hour_of(START), 12)
    assert list(told.items()) == [("copies", 2), ("in passing", 1), ("spam", 1)]
    assert left_out_within(row.state, hour_of(START) + 12, 12) == {}
    assert row.counted == 1


def test_a_row_forgets_and_stays_small() -> None:
    row = Row()
    for n in range(3 * REMEMBERED_AUTHORS):
        row.hear(START + n * SECOND_MS, near_key=(n * 2654435761) << 20 | 1, outlet=f"room {n}")
    full = len(pack(row.state))
    assert full < 60_000
    assert unpack(pack(row.state)) == row.state
    prune(row.state, START + 60 * HOUR_MS, row.config.velocity, row.config.evidence)
    assert row.state.texts == row.state.left_out == {}
    assert row.state.prints == b""
    kind = row.state.types["social"]
    assert kind.authors == kind.channels == kind.rhythm == {}
