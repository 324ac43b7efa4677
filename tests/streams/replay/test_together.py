"""However many shares a run is parted into, its events are those of one process."""

import os
import signal
from collections import Counter, deque
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.errors import FatalError
from schemas.records import Alert, Candidate, Heat, Mention, RawMention, Tick
from streams.core.config import CoreConfig
from streams.replay import batches as cutting
from streams.replay.account import Account
from streams.replay.batches import batches
from streams.replay.crew import Crew, Here, Processes
from streams.replay.in_process import replay
from streams.replay.reel import log_of
from streams.replay.share import Task, share_of
from streams.replay.together import Together
from tests.builders import raw
from tests.streams.replay.small_world import CATALOGUE_AT, SOURCES, mentions, reel, whole

WANTED = frozenset({"mentions", "entities.candidates", "heat"})


def task(shares: int, wanted: frozenset[str] = frozenset()) -> Task:
    return Task(SOURCES, CATALOGUE_AT, CoreConfig(), shares, wanted)


def log() -> list[RawMention | Tick]:
    """The small world, with texts about nobody whom the catalogue has, every twentieth twice."""
    found: list[RawMention | Tick] = []
    for record in log_of(reel()):
        found.append(record)
        if isinstance(record, RawMention):
            odd = raw(f"odd:{record.id}", record.known_time, event_time=record.event_time,
                      source=record.source, source_type=record.source_type, url=None,
                      channel=record.channel, author=record.author,
                      title=f"Quillon Vastarre {record.title[-12:]}")
            found += [odd] * (2 if len(found) % 20 == 0 else 1)
    return found


LOG = log()


def summary(account: Account) -> dict[str, Any]:
    return account.summary(2 * len(mentions()), Counter())


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    found = summary(replay(LOG, SOURCES, CATALOGUE_AT, CoreConfig()))
    assert found["alerts"]
    assert found["missing"] == 0
    assert found["events"]["entities.candidates"] > len(mentions())
    return found


def run(crew: Crew) -> dict[str, Any]:
    together = Together(crew, CoreConfig())
    assert [batch.number for batch, _, _ in together.run(batches(LOG, SOURCES))]
    return summary(together.account)


@settings(deadline=None, max_examples=3, suppress_health_check=list(HealthCheck))
@given(shares=st.integers(1, 6), most_ready=st.integers(1, 80), most_ticks=st.integers(1, 900))
def test_any_number_of_shares_and_any_cut_give_the_events_of_one_fold(
    reference: dict[str, Any], monkeypatch: pytest.MonkeyPatch, shares: int, most_ready: int,
    most_ticks: int,
) -> None:
    monkeypatch.setattr(cutting, "MOST_READY", most_ready)
    monkeypatch.setattr(cutting, "MOST_TICKS", most_ticks)
    assert run(Here(task(shares))) == reference


def test_processes_give_the_events_of_one_fold_and_hand_out_what_is_wanted(
    reference: dict[str, Any],
) -> None:
    told: list[Any] = []
    with closing(Processes(task(2, WANTED))) as crew:
        together = Together(crew, CoreConfig())
        for _, _, records in together.run(batches(LOG, SOURCES)):
            told += records
    assert summary(together.account) == reference
    for kind, topic in ((Mention, "mentions"), (Candidate, "entities.candidates"),
                        (Heat, "heat"), (Alert, "alerts")):
        assert sum(isinstance(one, kind) for one in told) == reference["events"][topic]
    alerts = [one for one in told if isinstance(one, Alert)]
    assert alerts == [record for _, record in whole() if isinstance(record, Alert)]


def test_a_worker_process_that_is_killed_ends_the_run_by_name() -> None:
    with closing(Processes(task(2))) as crew:
        pids = crew.pids()
        assert len(set(pids)) == 2
        going = Together(crew, CoreConfig()).run(batches(LOG, SOURCES))
        assert next(going)[0].number == 0, "it is under way"
        os.kill(pids[1], signal.SIGKILL)
        with pytest.raises(FatalError, match=r"worker process 2 of 2 ended before its work"):
            deque(going)


def test_a_batch_ends_with_a_tick_and_every_tick_keeps_its_place() -> None:
    cut = list(batches(LOG, SOURCES))
    assert len(cut) > 5
    assert [batch.number for batch in cut] == list(range(len(cut)))
    ready = [one.raw for batch in cut for one in batch.ready]
    said = [record for record in LOG if isinstance(record, RawMention)]
    once = {one.id: one for one in said}
    assert ready == list(once.values()), "a copy between two ticks is taken once"
    assert len(ready) < len(said)
    passed = [tick.n for batch in cut for tick in batch.ticks]
    assert passed == [t.n for t in LOG if isinstance(t, Tick) for _ in SOURCES]
    assert all(batch.last == batch.ticks[-1].n for batch in cut)


def test_a_log_that_names_another_source_is_refused() -> None:
    with pytest.raises(FatalError, match="a mention of reddit; the log is of youtube"):
        list(batches(LOG, ("youtube",)))
    with pytest.raises(FatalError, match="begins with a tick"):
        list(batches([LOG[1]], SOURCES))


def test_names_are_parted_by_what_they_are() -> None:
    names = [f"name {k}" for k in range(3_000)]
    counts = Counter(share_of(name, 3) for name in names)
    assert set(counts) == {0, 1, 2}
    assert min(counts.values()) > 900
