"""Table `heartbeats`: canaries that came through."""

from schemas.records import Heartbeat
from sinks.base.table import HEAD, Table

HEARTBEATS = Table(
    name="heartbeats",
    topics=("ops.heartbeat",),
    record=Heartbeat,
    columns=(
        *HEAD,
        ("sequence", "int8"),
    ),
    replaces=False,
    by_time=True,
)
