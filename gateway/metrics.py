"""What the gateway counts about itself, under the names of the contract."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from schemas.telemetry import METRICS, MetricName

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """A registry of its own, so that two gateways in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = self._of(Counter, "heat_events_total", "kind")
        self.dead_letters = self._of(Counter, "heat_dead_letters_total", "topic")
        self.stream_clients = self._of(Gauge, "heat_stream_clients", "protocol")
        self.stream_seq = self._of(Gauge, "heat_stream_seq")
        self.requests = self._of(Counter, "heat_http_requests_total", "route", "method", "status")
        self.seconds = self._of(Histogram, "heat_http_request_seconds", "route", buckets=BUCKETS)

    def _of(self, shape: type[Any], name: MetricName, *labels: str, **options: Any) -> Any:
        return shape(name, METRICS[name], labels, registry=self.registry, **options)

    def exposition(self) -> bytes:
        return generate_latest(self.registry)
