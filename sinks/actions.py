"""Table `actions`: what people did with alerts. Their votes are among it."""

from schemas.records import Action
from sinks.base.table import HEAD, Table

ACTIONS = Table(
    name="actions",
    topics=("actions",),
    record=Action,
    columns=(
        *HEAD,
        ("action", "text"),
        ("actor", "text"),
        ("channel", "text"),
        ("alert_id", "text"),
        ("episode_id", "text"),
        ("entity_id", "text"),
        ("revision", "int8"),
        ("attributes", "jsonb"),
    ),
    replaces=False,
)
