"""A process that takes the lease of a source, and says for every line it reads if it holds it."""

import asyncio
import sys

import structlog

from producers.base.one_poller import OnePoller
from schemas.settings import KafkaSection


def main(bootstrap: str, namespace: str, source: str, session_s: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    kafka = KafkaSection(bootstrap=bootstrap, namespace=namespace)
    poller = OnePoller(kafka, source, float(session_s))
    asyncio.run(poller.acquire(within_s=30))
    print("mine", flush=True)
    for _ in sys.stdin:
        print(poller.held(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
