"""Table `kpis`: how the alerts of each day did."""

from schemas.records import Kpi
from sinks.base.table import HEAD, Table

KPIS = Table(
    name="kpis",
    topics=("kpis",),
    record=Kpi,
    columns=(
        *HEAD,
        ("day", "text"),
        ("state", "text"),
        ("alerts", "int8"),
        ("figures", "jsonb"),
        ("spent_usd", "float8"),
        ("cost_per_useful", "float8"),
        ("trade_items", "int8"),
        ("details", "text"),
        ("config_hash", "text"),
        ("code_version", "text"),
    ),
    replaces=True,
)
