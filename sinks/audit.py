"""Table `audit`: every call to a source, and every refusal to make one."""

from schemas.records import Audit
from sinks.base.table import HEAD, Table

AUDIT = Table(
    name="audit",
    topics=("ops.audit",),
    record=Audit,
    columns=(
        *HEAD,
        ("operation", "text"),
        ("address", "text"),
        ("status", "int8"),
        ("reason", "text"),
        ("duration_ms", "int8"),
        ("bytes_read", "int8"),
        ("mentions", "int8"),
        ("attempt", "int8"),
        ("cost", "float8"),
        ("cost_unit", "text"),
    ),
    replaces=False,
    by_time=True,
)
