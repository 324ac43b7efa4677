"""A worker for the kill tests: counts per key in a stamped table and copies every record to a sink.

Run as a child: `python -m tests.streams.runtime.job '{"app": ..., "bootstrap": ..., ...}'`.
It sleeps on purpose in the worst place, between the acknowledged outputs and the table writes.
"""

import asyncio
import ctypes
import json
import logging
import signal
import sys
from pathlib import Path
from typing import Any

from streams.runtime.app import HeatApp, build_app, run
from streams.runtime.fence import fence
from streams.runtime.health import Health
from streams.runtime.lane import chunks, lanes
from streams.runtime.watchdog import Watchdog

NEVER = (0, -1)
PR_SET_PDEATHSIG = 1


def unpack(row: bytes | None) -> tuple[int, int]:
    count, seen = json.loads(row) if row else NEVER
    return count, seen


def counting(app: HeatApp, plan: dict[str, Any]) -> None:
    """One agent: outputs first, then the fence, then counts stamped with the offset."""
    source = app.topic(plan["source"], key_type=bytes, value_type=bytes)
    table = app.Table("count", key_type=bytes, value_type=bytes, partitions=plan["partitions"])
    lanes(app, source)
    pace = plan.get("pace", 0.0)

    @app.agent(source, name="count")
    async def count(stream: Any) -> None:
        async for chunk in chunks(stream):
            staged: dict[bytes, tuple[int, int]] = {}
            outputs = []
            for record in chunk.records:
                counted, seen = staged.get(record.key) or unpack(table.get(record.key))
                if record.offset > seen:
                    counted, seen = counted + 1, record.offset
                    told = b"%s:%d" % (record.value, counted)
                    outputs.append((plan["sink"], -1, record.key, told))
                    if record.value == plan.get("poison", "").encode():
                        raise ValueError("poison")
                staged[record.key] = counted, seen
            await app.outbox.deliver(outputs)
            if pace:
                await asyncio.sleep(pace * len(chunk))
            fence(app, chunk)
            for key, row in staged.items():
                table[key] = json.dumps(row).encode()


def die_with_the_test() -> None:
    """On Linux: a killed pytest leaves no worker behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    die_with_the_test()
    plan = json.loads(sys.argv[1])
    logging.basicConfig(
        level=plan.get("log", "INFO"), stream=sys.stderr, format="%(asctime)s %(name)s %(message)s"
    )
    app = build_app(
        plan["app"],
        plan["bootstrap"],
        plan["partitions"],
        datadir=Path(plan["datadir"]),
        session_timeout=plan.get("session", 6.0),
        heartbeat_interval=1.0,
        rebalance_timeout=10.0,
        commit_interval=plan.get("commit", 0.5),
        chunk_records=plan.get("chunk", 200),
        instance=plan.get("instance"),
    )
    counting(app, plan)
    run(app, Health(app, "count", Path(plan["health"])), Watchdog(app))


if __name__ == "__main__":
    main()
