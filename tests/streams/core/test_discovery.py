"""Unknown names: found when two types of source rise together, by the ticks alone."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, MINUTE_MS, tick_of
from schemas.ids import short_key
from schemas.records import Candidate, Discovery, Option, Question, Record, Tick
from streams.core.config import configure
from streams.core.discovery import NAMES
from streams.core.intervals import MentionPartition
from streams.core.naming import FOUND_NAME, UNKNOWN_NAME, entity_id_of
from tests.builders import LINEAGE, NOON

CONFIG = configure({"velocity.clock": "known"})
BEGIN = NOON - 3 * DAY_MS  # observation; three days on the baselines speak for themselves
SOURCES = {"reddit": "social", "newsapi": "news"}
FIRST = tick_of(BEGIN)


def said(
    at: int, author: str, source: str = "reddit", surface: str = "Lantern Parade", **changes: Any
) -> Candidate:
    key = f"{surface}/{author}/{at}"
    fields: dict[str, Any] = {
        "id": key, "event_time": at, "known_time": at, "source": source,
        "source_type": SOURCES[source], "raw_id": key, "surface": surface,
        "reason": UNKNOWN_NAME, "resolved": False, "outlet": author,
        "author_key": short_key(author), "text_key": short_key(key),
        "near_key": short_key(key) * 65_537 % 2**63,
        "title": f"The band {surface} sells out, says {author}", **LINEAGE,
    }
    return Candidate(**{**fields, **changes})


def burst(at: int, **changes: Any) -> list[Candidate]:
    """Six voices of two types within the hour."""
    return [
        said(at + n * 7 * MINUTE_MS, f"author-{n}", "reddit" if n % 2 else "newsapi", **changes)
        for n in range(6)
    ]


class Run:
    """Feeds candidates and the ticks between them; crashes when told to."""

    def __init__(self, overrides: dict[str, Any] | None = None) -> None:
        self.config = configure(overrides or {}, CONFIG)
        self.partition = MentionPartition(self.config, {}, NAMES)
        self.rows: dict[bytes, bytes] = {}
        self.offset = 0
        self.clock = FIRST - 1

    def until(self, moment: int) -> Iterator[Record]:
        for n in range(self.clock + 1, tick_of(moment)):
            if n % 5 and n % 60:
                continue  # a run of ticks is told by its last, as the resolver does
            for source in SOURCES:
                self.partition.tick(Tick(
                    n=n, first=FIRST, present=dict.fromkeys(SOURCES, 1), catalogue=(1, 1),
                    origin=f"{source}-0",
                ))
            yield from self.partition.close()
            self.clock = n

    def feed(self, candidates: list[Candidate], until: int, crash: bool = False) -> list[Record]:
        out: list[Record] = []
        for candidate in sorted(candidates, key=lambda c: c.known_time):
            out += self.until(candidate.known_time)
            self.partition.mention(candidate, self.offset)
            self.offset += 1
            if crash:
                self.store()
        return out + list(self.until(until))

    def store(self) -> None:
        for row in self.partition.take_rows():
            if row.value is None:
                self.rows.pop(row.key, None)
            else:
                self.rows[row.key] = row.value


def steps(out: list[Record]) -> list[str]:
    return [record.kind for record in out if isinstance(record, Discovery)]


def test_a_name_that_rises_in_two_types_of_source_is_discovered_once() -> None:
    out = Run().feed(burst(NOON), NOON + 5 * HOUR_MS)
    found = next(record for record in out if isinstance(record, Discovery))
    assert steps(out) == ["discovered"]
    assert (found.name, found.entity_type) == ("Lantern Parade", "group")
    assert found.entity_id == entity_id_of("lantern parade")
    assert (found.first_seen, found.test) == (NOON, False)
    assert {kind.source_type for kind in found.types if kind.mentions} == {"social", "news"}
    assert found.authors >= CONFIG.discovery.min_authors
    assert found.receipts


def test_spellings_and_tags_are_one_name() -> None:
    names = ["#LanternParade", "LANTERN PARADE", "Lantern Parade", "Lantern Parade's"]
    candidates = [
        said(NOON + n * MINUTE_MS, f"a-{n}", ("reddit", "newsapi")[n % 2], names[n % 4])
        for n in range(8)
    ]
    run = Run()
    (found,) = [r for r in run.feed(candidates, NOON + 30 * MINUTE_MS)
                if isinstance(r, Discovery)]
    assert found.name in [name.lstrip("#") for name in names]
    assert set(run.partition.state("lantern parade").spellings) == set(names)
    assert len(run.partition) == 1


@pytest.mark.parametrize("candidates", [
    [said(NOON + n * MINUTE_MS, f"a-{n}") for n in range(9)],
    [said(NOON + n * MINUTE_MS, "same", ("reddit", "newsapi")[n % 2]) for n in range(9)],
    burst(NOON, text_key=7, near_key=7),
    burst(NOON)[:4],
    [c for n in range(6) for c in burst(NOON + n * 14 * HOUR_MS)[:1]],
    burst(NOON, spam=1.0),
], ids=["one type", "one author", "one text", "four voices", "no window", "spam"])
def test_what_is_not_wide_and_sudden_is_no_discovery(candidates: list[Candidate]) -> None:
    assert steps(Run().feed(candidates, NOON + 4 * DAY_MS)) == []


def test_a_name_that_is_said_every_day_is_no_discovery() -> None:
    steady = [c for hour in range(-70, 8) for c in burst(NOON + hour * HOUR_MS)]
    assert "discovered" not in steps(Run().feed(steady, NOON + 9 * HOUR_MS))


def test_a_burst_of_an_hour_fails_and_after_a_week_of_silence_it_rests_then_returns() -> None:
    again = NOON + 10 * DAY_MS
    run = Run({"discovery.trending_z": 99.0})
    out = run.feed([*burst(NOON), *burst(again)], again + 2 * HOUR_MS)
    assert steps(out) == ["discovered", "failed", "dormant", "returned"]
    told = [record for record in out if isinstance(record, Discovery)]
    assert len({record.entity_id for record in told}) == 1
    assert len({record.id for record in told}) == 4


def test_mentions_of_what_was_found_do_not_find_it_again() -> None:
    followers = [
        c for hour in range(1, 40) for c in burst(NOON + hour * HOUR_MS, reason=FOUND_NAME)
    ]
    told = steps(Run().feed([*burst(NOON), *followers], NOON + 60 * HOUR_MS))
    assert told.count("discovered") == 1
    assert "returned" not in told


def test_names_of_a_drill_are_counted_apart_and_marked() -> None:
    half = burst(NOON)
    mixed = [said(c.known_time, c.outlet, c.source, test=n % 2 == 0) for n, c in enumerate(half)]
    assert steps(Run().feed(mixed, NOON + 5 * HOUR_MS)) == []
    drill = Run().feed(burst(NOON, test=True), NOON + 5 * HOUR_MS)
    assert {record.test for record in drill if isinstance(record, Discovery)} == {True}


def test_a_deployment_that_has_seen_nothing_yet_is_cautious() -> None:
    early = BEGIN + HOUR_MS
    assert steps(Run().feed(burst(early), early + 3 * HOUR_MS)) == []


def test_a_crash_between_two_polls_changes_no_event() -> None:
    candidates = [*burst(NOON), *burst(NOON + 2 * HOUR_MS)]
    whole = Run().feed(candidates, NOON + 30 * HOUR_MS)
    first = Run()
    out = first.feed(candidates[:6], NOON + 90 * MINUTE_MS)
    first.store()
    second = Run()
    second.partition = MentionPartition(CONFIG, first.rows, NAMES)
    second.clock, second.offset = first.clock, first.offset
    assert out + second.feed(candidates[6:], NOON + 30 * HOUR_MS) == whole
    assert whole


def test_a_name_that_one_text_had_is_forgotten() -> None:
    run = Run()
    run.feed([said(NOON, "a")], NOON + 3 * DAY_MS)
    run.store()
    list(run.until(NOON + 4 * DAY_MS))
    run.store()
    assert run.rows.keys() == {b""}


def asked(at: int, author: str) -> Candidate:
    options = (Option(entity_id="harbor-b", score=1.1), Option(entity_id="harbor-a", score=1.3))
    return said(at, author, surface="Harbor", reason="ambiguous", options=options)


def test_a_question_is_asked_when_enough_voices_wait_and_again_when_many_more_do() -> None:
    first = [asked(NOON + n * MINUTE_MS, f"a-{n % 3}") for n in range(4)]
    more = [asked(NOON + HOUR_MS + n * MINUTE_MS, f"b-{n}") for n in range(6)]
    out = Run().feed([*first, *more], NOON + 2 * HOUR_MS)
    questions = [record for record in out if isinstance(record, Question)]
    assert questions[0].authors == 3
    assert questions[-1].authors >= 7
    assert len({q.question_id for q in questions}) == 1
    assert len({q.id for q in questions}) == len(questions) <= 4
    assert [o.entity_id for o in questions[0].options] == ["harbor-a", "harbor-b"]
    assert steps(out) == []


def test_a_name_that_still_rises_an_hour_on_trends() -> None:
    rising = [c for n in range(6) for c in burst(NOON + n * 40 * MINUTE_MS, surface="Mira Solanas")]
    voices = [said(c.known_time, f"{c.outlet}-{n}", c.source, c.surface)
              for n, c in enumerate(rising)]
    told = Run().feed(voices, NOON + 8 * HOUR_MS)
    assert steps(told) == ["discovered", "trending"]
    assert all(record.known_time % INTERVAL_MS == 0 for record in told)  # type: ignore[attr-defined]
