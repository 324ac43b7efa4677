"""The names of metrics, and how a process writes its log.

A metric exists if it is in `METRICS`; the gateway serves them, dashboards in `deploy/` draw them.
"""

import logging
import sys
from typing import Final, Literal

import structlog

from schemas.settings import LogSection

MetricName = Literal[
    "heat_raw_published_total",
    "heat_fetches_total",
    "heat_resolved_total",
    "heat_unresolved_total",
    "heat_dead_letters_total",
    "heat_closed_tick",
    "heat_events_total",
    "heat_sink_rows_total",
    "heat_sink_lag_records",
    "heat_stream_clients",
    "heat_stream_seq",
    "heat_http_requests_total",
    "heat_http_request_seconds",
]

METRICS: Final[dict[MetricName, str]] = {
    "heat_raw_published_total": "raw mentions acknowledged by the broker, by source",
    "heat_fetches_total": "calls to a source, by source and outcome",
    "heat_resolved_total": "mentions written, by source type",
    "heat_unresolved_total": "raw mentions left out, by reason",
    "heat_dead_letters_total": "messages that could not be read, by topic",
    "heat_closed_tick": "the newest interval that is over, by partition",
    "heat_events_total": "events seen by the gateway, by kind",
    "heat_sink_rows_total": "rows written, by table",
    "heat_sink_lag_records": "records a sink has yet to write, by topic",
    "heat_stream_clients": "open streams, by protocol",
    "heat_stream_seq": "the newest sequence number of the feed",
    "heat_http_requests_total": "requests, by route template, method and status",
    "heat_http_request_seconds": "time to answer, by route template",
}


def configure_logging(role: str, log: LogSection) -> None:
    """Structured lines on standard error: text for people, JSON for machines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log.format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(level=log.level, handlers=[screen], force=True)
    structlog.contextvars.bind_contextvars(role=role)
    for loud in ("httpx", "httpcore", "aiokafka", "faust", "mode", "kafka"):
        logging.getLogger(loud).setLevel(max(logging.WARNING, logging.getLevelName(log.level)))
