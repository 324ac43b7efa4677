"""Rows per second of the mentions sink beside a bare COPY of the same rows into the same table.

    python -m tests.bench.sink_rows [rows]

Both run on the same fresh server, in turns. The bare COPY is handed the bytes of rows that are
already read and packed, and skips staging, merging and offsets; the sink starts from the topic.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from confluent_kafka import Producer

from deploy.local.stack import Stack
from deploy.topics import apply
from schemas.codec import encode
from schemas.settings import KafkaSection, LogSection
from schemas.telemetry import configure_logging
from sinks.base.batch import BatchPolicy
from sinks.base.dead_letters import FloodGauge
from sinks.base.drain import Drain
from sinks.base.wire import COPY_HEAD, COPY_TAIL
from sinks.mentions import MENTIONS
from sinks.migrate import migrate
from tests.sinks.builders import mention

ROUNDS = 3
DEADLINE_S = 300


def publish(kafka: KafkaSection, count: int) -> None:
    producer = Producer(
        {"bootstrap.servers": kafka.bootstrap, "queue.buffering.max.messages": 500_000}
    )
    for number in range(count):
        record = mention(number)
        producer.produce("mentions", encode(record), record.entity_id.encode())
        if number % 1000 == 0:
            producer.poll(0)
    if producer.flush(60):
        raise SystemExit("the broker did not take the records within 60 s")


def empty(dsn: str) -> None:
    with psycopg.connect(dsn) as session:
        session.execute("TRUNCATE mentions, mentions_ids, touched_days, sink_offsets")


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


def sink(dsn: str, kafka: KafkaSection, count: int) -> float:
    """Seconds from the first place found to the last row written."""
    drain, stopping = Drain(MENTIONS, kafka, dsn, FloodGauge()), threading.Event()
    running = threading.Thread(target=drain.run, args=(stopping,))
    running.start()
    until = time.perf_counter() + DEADLINE_S
    while not drain.status.written:
        time.sleep(0.001)
    started = time.perf_counter()
    while drain.status.rows < count:
        if time.perf_counter() > until or not running.is_alive():
            raise SystemExit(f"the sink wrote {drain.status.rows} of {count} rows")
        time.sleep(0.001)
    taken = time.perf_counter() - started
    stopping.set()
    running.join()
    return taken


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    configure_logging("bench", LogSection(level="WARNING"))
    folder = Path(tempfile.mkdtemp(prefix="heat-bench-"))
    with Stack(folder, parts={"kafka", "postgres"}, usual_ports=False) as stack:
        kafka, dsn = KafkaSection(bootstrap=stack.kafka_bootstrap), stack.postgres_dsn
        apply(kafka)
        migrate(dsn)
        publish(kafka, count)
        rows = [MENTIONS.read(encode(mention(number)))[1] for number in range(count)]
        bare, full = [], []
        for _ in range(ROUNDS):
            empty(dsn)
            bare.append(bare_copy(dsn, rows, BatchPolicy().max_records))
            empty(dsn)
            full.append(sink(dsn, kafka, count))
        best_bare, best_full = count / min(bare), count / min(full)
        print(f"bare COPY {best_bare:>10,.0f} rows/s")
        print(f"sink      {best_full:>10,.0f} rows/s")
        print(f"ratio     {best_full / best_bare:>10.0%}")


if __name__ == "__main__":
    main()
