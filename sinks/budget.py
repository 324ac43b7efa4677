"""Table `budget`: how much of each provider's limit is spent."""

from schemas.records import Budget
from sinks.base.table import HEAD, Table

BUDGET = Table(
    name="budget",
    topics=("ops.budget",),
    record=Budget,
    columns=(
        *HEAD,
        ("unit", "text"),
        ("window", "text"),
        ("ceiling", "float8"),
        ("settled", "float8"),
        ("reserved", "float8"),
        ("state", "text"),
    ),
    replaces=False,
)
