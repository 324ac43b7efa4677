"""The ticker: its decision as a pure function, and its promises on a real broker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from producers.base.errors import BrokerAwayError, LogError
from producers.base.first_tick import wait_for_first_tick
from producers.base.publisher import KafkaPublisher
from producers.ticker import Ticker, due_at, follows, newest_due, next_tick
from schemas.clock import INTERVAL_MS, TICK_GRACE_MS, end_of, now, tick_of
from schemas.codec import encode
from schemas.records import Record, Tick
from schemas.settings import KafkaSection
from tests.producers.builders import NOON, raw_mention
from tests.producers.conftest import Log

N = tick_of(NOON)
PRESENT = {"newsapi": 2, "trades": 1}
SOURCES = tuple(PRESENT)


def tick(n: int, catalogue: tuple[int, int] = (1, 1), first: int = N) -> Tick:
    return Tick(n=n, first=first, present=PRESENT, catalogue=catalogue)


def test_deployment_begins_with_the_newest_tick_that_is_due() -> None:
    began = next_tick(None, NOON + TICK_GRACE_MS, PRESENT, 4)
    assert began == Tick(n=N - 1, first=N - 1, present=PRESENT, catalogue=(4, 4))


def test_tick_waits_for_its_grace() -> None:
    assert next_tick(tick(N - 1), end_of(N) + TICK_GRACE_MS - 1, PRESENT, 1) is None
    due = next_tick(tick(N - 1), end_of(N) + TICK_GRACE_MS, PRESENT, 1)
    assert due is not None
    assert due.n == N
    assert due_at(N) == end_of(N) + TICK_GRACE_MS
    assert newest_due(due_at(N)) == N
    assert newest_due(due_at(N) - 1) == N - 1


def test_after_an_outage_the_next_number_is_due_and_none_is_left_out() -> None:
    said, numbers = tick(N), []
    while (due := next_tick(said, due_at(N + 3), PRESENT, 1)) is not None:
        numbers.append(due.n)
        said = due
    assert numbers == [N + 1, N + 2, N + 3]


def test_what_the_tick_before_named_stands() -> None:
    due = next_tick(tick(N, catalogue=(3, 5)), due_at(N + 1), PRESENT, 9)
    assert due is not None
    assert due.catalogue == (5, 9)


def test_catalogue_never_goes_back_when_its_end_is_misread() -> None:
    due = next_tick(tick(N, catalogue=(3, 5)), due_at(N + 1), PRESENT, 2)
    assert due is not None
    assert due.catalogue == (5, 5)


@pytest.mark.parametrize(
    "stray",
    [
        tick(N, catalogue=(5, 6)),
        tick(N + 2, catalogue=(5, 6)),
        tick(N + 1, catalogue=(4, 6)),
        tick(N + 1, catalogue=(5, 6), first=N - 1),
    ],
)
def test_record_that_does_not_continue_what_was_said_does_not_count(stray: Tick) -> None:
    assert not follows(tick(N, catalogue=(3, 5)), stray)
    assert follows(tick(N, catalogue=(3, 5)), tick(N + 1, catalogue=(5, 6)))
    assert follows(None, stray)


@pytest.fixture
def ticker(log: Log) -> Iterator[Ticker]:
    made = Ticker(log.kafka, SOURCES)
    made.open()
    yield made
    made.close()


def raw_partitions(log: Log) -> list[list[Record]]:
    return [log.records("raw.newsapi", p) for p in (0, 1)] + [log.records("raw.trades")]


def distinct(ticks: list[Record]) -> list[Tick]:
    """Ticks without the copies of one number; two contents of one number are an error."""
    seen: dict[int, Tick] = {}
    for record in ticks:
        assert isinstance(record, Tick)
        assert seen.setdefault(record.n, record) == record
    return list(seen.values())


def test_every_raw_partition_gets_what_ticks_says(log: Log, ticker: Ticker) -> None:
    assert ticker.advance(due_at(N)) == 1
    assert ticker.advance(due_at(N)) == 0
    assert ticker.advance(due_at(N + 700)) == 700
    said = log.records("ticks")
    assert [t.n for t in distinct(said)] == list(range(N, N + 701))
    assert all(partition == said for partition in raw_partitions(log))
    assert {tuple(t.present.items()) for t in distinct(said)} == {tuple(PRESENT.items())}


def test_new_entities_count_two_intervals_later(log: Log, ticker: Ticker) -> None:
    ticker.advance(due_at(N))
    publisher = KafkaPublisher(log.kafka)
    publisher.send("entities", "x", raw_mention())  # only the end offset is looked at
    publisher.settle()
    ticker.advance(due_at(N + 2))
    assert [t.catalogue for t in distinct(log.records("ticks"))] == [(0, 0), (0, 1), (1, 1)]


def test_ticker_that_was_killed_before_its_copies_makes_them_when_it_returns(log: Log) -> None:
    publisher = KafkaPublisher(log.kafka)
    for n in range(N, N + 3):
        publisher.send("ticks", str(n), Tick(n=n, first=N, present=PRESENT, catalogue=(0, 0)))
    publisher.settle()
    returned = Ticker(log.kafka, SOURCES)
    returned.open()
    returned.close()
    assert all(partition == log.records("ticks") for partition in raw_partitions(log))


def test_two_tickers_of_different_opinions_write_equal_copies(log: Log) -> None:
    narrow, wide = Ticker(log.kafka, ("newsapi",)), Ticker(log.kafka, SOURCES)
    narrow.open()
    wide.open()
    for minute in range(6):
        narrow.advance(due_at(N + 2 * minute))
        wide.advance(due_at(N + 2 * minute + 1))
    narrow.catch_up()
    narrow.close()
    wide.close()
    ticks = distinct(log.records("ticks"))
    assert [t.n for t in ticks] == list(range(N, N + 12))
    assert {tuple(t.present) for t in ticks} == {("newsapi",), SOURCES}
    for partition in raw_partitions(log):
        assert distinct(partition) == ticks
        assert len(partition) > len(ticks)


def test_of_two_records_for_one_number_the_first_counts_for_everyone(log: Log) -> None:
    publisher = KafkaPublisher(log.kafka)
    first = Tick(n=N, first=N, present=PRESENT, catalogue=(0, 0))
    rival = Tick(n=N, first=N, present={"newsapi": 2}, catalogue=(0, 0))
    for said in (first, rival):
        publisher.send("ticks", str(N), said)
    publisher.settle()
    late = Ticker(log.kafka, SOURCES)
    late.open()
    late.close()
    assert raw_partitions(log) == [[first]] * 3


def test_topic_that_is_missing_is_named(log: Log) -> None:
    with pytest.raises(LogError, match=r"topic raw\.reddit does not exist"):
        Ticker(log.kafka, ("reddit",)).open()


def test_broker_that_is_away_is_an_error_worth_a_retry() -> None:
    with pytest.raises(BrokerAwayError, match="topics"):
        Ticker(KafkaSection(bootstrap="127.0.0.1:1"), deadline_s=2).open()


def test_source_waits_for_its_first_tick(log: Log, ticker: Ticker) -> None:
    looked = []

    def look_again(_seconds: float) -> None:
        looked.append(1)
        ticker.advance(due_at(N))

    wait_for_first_tick(log.kafka, "newsapi", deadline_s=30, pause=look_again)
    assert looked
    wait_for_first_tick(log.kafka, "trades", deadline_s=0)


def test_source_without_a_ticker_says_what_it_waits_for(log: Log) -> None:
    with pytest.raises(BrokerAwayError, match=r"no tick on raw\.trades.*is the ticker running"):
        wait_for_first_tick(log.kafka, "trades", deadline_s=0)


def test_log_that_begins_with_a_record_is_refused(log: Log) -> None:
    publisher = KafkaPublisher(log.kafka)
    publisher.send_bytes("raw.trades", "a", encode(raw_mention()))
    publisher.settle()
    with pytest.raises(LogError, match=r"raw\.trades partition 0 begins with a record"):
        wait_for_first_tick(log.kafka, "trades", deadline_s=0)


def test_sigkill_and_restart_leave_no_number_out(log: Log) -> None:
    """A day a second: each life is killed in the middle of catching up or copying."""
    speed = 86_400
    environment = os.environ | {
        "HEAT_KAFKA__BOOTSTRAP": log.kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": log.kafka.namespace,
        "HEAT_PRODUCER__PRESENT": '["newsapi", "trades"]',
        "HEAT_PRODUCER__CLOCK_START": str(NOON),
        "HEAT_PRODUCER__CLOCK_ORIGIN": str(now()),
        "HEAT_PRODUCER__CLOCK_SPEED": str(speed),
    }
    for life in range(2):
        before = len(log.messages("raw.trades"))
        child = subprocess.Popen([sys.executable, "-m", "producers", "ticker"], env=environment)
        until = monotonic() + 60
        while len(log.messages("raw.trades")) < before + 50 * (life + 1):
            assert child.poll() is None
            assert monotonic() < until
            sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    last = Ticker(log.kafka, SOURCES)
    last.open()
    last.close()
    ticks = distinct(log.records("ticks"))
    assert [t.n for t in ticks] == list(range(ticks[0].n, ticks[-1].n + 1))
    assert end_of(ticks[0].n) <= NOON + 60 * speed * INTERVAL_MS
    for partition in raw_partitions(log):
        assert distinct(partition) == ticks
