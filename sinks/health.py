"""Table `health`: whether each source's eye is open."""

from schemas.records import Health
from sinks.base.table import HEAD, Table

HEALTH = Table(
    name="health",
    topics=("ops.health",),
    record=Health,
    columns=(
        *HEAD,
        ("state", "text"),
        ("reason", "text"),
        ("last_success", "timestamptz"),
        ("next_poll", "timestamptz"),
        ("mentions", "int8"),
        ("consecutive_failures", "int8"),
        ("cursor", "text"),
    ),
    replaces=False,
    by_time=True,
)
