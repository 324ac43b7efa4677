"""Rows per second of the mentions sink beside a bare COPY of the same rows into the same table.

    python -m tests.bench.sink_rows [rows]

Both run on the same fresh server, in turns; the best of three turns counts. The bare COPY is handed
the bytes of rows that are already read and packed, and skips ids, tombstones and offsets; the sink
starts from the topic. The mentions are as long and as varied as those of a real week. The memory of
this process is read at a tenth of the backlog and at its end: it is flat when the two are alike.
"""

import gc
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import psutil
import psycopg
from confluent_kafka import Producer

from deploy.local.stack import Stack
from deploy.topics import apply
from schemas.codec import encode
from schemas.records import Mention
from schemas.settings import KafkaSection, LogSection
from schemas.telemetry import configure_logging
from sinks.base.batch import BatchPolicy
from sinks.base.dead_letters import FloodGauge
from sinks.base.drain import Drain
from sinks.base.wire import COPY_HEAD, COPY_TAIL
from sinks.mentions import MENTIONS
from sinks.migrate import migrate
from sinks.run import spare_the_collector
from tests.sinks.builders import mention

ROUNDS = 3
DEADLINE_S = 600
MIB = 2**20


def real_shaped(count: int) -> Iterator[Mention]:
    """Titles of many lengths, some with more than ASCII; a few others named, a few reasons."""
    chance = random.Random(8)
    words = "the new film that nobody saw coming is out, and fans \u2013 all of them \u2013 love it"
    for number in range(count):
        others = chance.choice((0, 0, 0, 1, 1, 2, 4))
        yield mention(
            number,
            title=words[: chance.randrange(20, len(words))],
            author_key=chance.getrandbits(48),
            text_key=chance.getrandbits(48),
            near_key=chance.getrandbits(63),
            words=tuple(chance.getrandbits(47) for _ in range(chance.randrange(9))),
            together=tuple(f"person-{chance.randrange(5000)}" for _ in range(others)),
            terms={
                "prior": 0.5,
                "words": chance.randrange(40) / 8,
                "place": chance.choice((0.5, 1.0)),
            },
            level=chance.choice((None, None, None, 1250.0)),
            spam_reasons=("many links",) if chance.random() < 0.05 else (),
        )


def publish(kafka: KafkaSection, count: int) -> None:
    producer = Producer(
        {"bootstrap.servers": kafka.bootstrap, "queue.buffering.max.messages": 500_000}
    )
    for number, record in enumerate(real_shaped(count)):
        producer.produce("mentions", encode(record), record.entity_id.encode())
        if number % 1000 == 0:
            producer.poll(0.1 if len(producer) > 100_000 else 0)
    if producer.flush(60):
        raise SystemExit("the broker did not take the records within 60 s")


def empty(dsn: str) -> None:
    with psycopg.connect(dsn) as session:
        session.execute("TRUNCATE mentions, mentions_ids, sink_offsets")


def bare_copy(dsn: str, rows: Sequence[bytes], chunk: int) -> float:
    """Seconds for the rows, committed in chunks as large as the sink's batches."""
    names = ", ".join(name for name, _ in MENTIONS.columns)
    statement = f"COPY mentions ({names}) FROM STDIN (FORMAT BINARY)"
    started = time.perf_counter()
    with psycopg.connect(dsn) as session:
        for first in range(0, len(rows), chunk):
            with session.cursor().copy(statement) as copy:
                copy.write(COPY_HEAD)
                copy.write(b"".join(rows[first : first + chunk]))
                copy.write(COPY_TAIL)
            session.commit()
    return time.perf_counter() - started


def sink(dsn: str, kafka: KafkaSection, count: int) -> tuple[float, list[int]]:
    """Seconds from the first place found to the last row written, and the memory on the way."""
    drain, stopping = Drain(MENTIONS, kafka, dsn, FloodGauge()), threading.Event()
    running = threading.Thread(target=drain.run, args=(stopping,))
    running.start()
    until = time.perf_counter() + DEADLINE_S
    while not drain.status.written:
        time.sleep(0.001)
    started, memory = time.perf_counter(), list[int]()
    while drain.status.rows < count:
        if time.perf_counter() > until or not running.is_alive():
            raise SystemExit(f"the sink wrote {drain.status.rows} of {count} rows")
        if drain.status.rows >= count * len(memory) / 10:
            memory.append(psutil.Process().memory_info().rss)
        time.sleep(0.001)
    taken = time.perf_counter() - started
    stopping.set()
    running.join()
    return taken, memory


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    configure_logging("bench", LogSection(level="WARNING"))
    folder = Path(tempfile.mkdtemp(prefix="heat-bench-"))
    with Stack(folder, parts={"kafka", "postgres"}, usual_ports=False) as stack:
        kafka, dsn = KafkaSection(bootstrap=stack.kafka_bootstrap), stack.postgres_dsn
        apply(kafka)
        migrate(dsn)
        publish(kafka, count)
        compare(dsn, kafka, count)


def compare(dsn: str, kafka: KafkaSection, count: int) -> None:
    rows = [MENTIONS.read(encode(record))[1] for record in real_shaped(min(count, 100_000))]
    turn = partial(bare_copy, dsn, rows, BatchPolicy().max_records)
    spare_the_collector()
    bare, full, memory = [], [], list[list[int]]()
    for _ in range(ROUNDS):
        empty(dsn)
        bare.append(turn())
        empty(dsn)
        taken, rss = sink(dsn, kafka, count)
        full.append(taken)
        memory.append(rss)
        gc.collect()
    best_bare, best_full = len(rows) / min(bare), count / min(full)
    print(f"bare COPY {best_bare:>10,.0f} rows/s   {[f'{len(rows) / t:,.0f}' for t in bare]}")
    print(f"sink      {best_full:>10,.0f} rows/s   {[f'{count / t:,.0f}' for t in full]}")
    print(f"ratio     {best_full / best_bare:>10.0%}")
    for rss in memory:
        print(f"memory    {rss[1] / MIB:,.0f} MiB at a tenth, {rss[-1] / MIB:,.0f} MiB at the end")


if __name__ == "__main__":
    main()
