"""The sinks there are. The feed and the proposals are told elsewhere; ticks are no rows."""

from typing import Any, Final

from sinks.actions import ACTIONS
from sinks.alerts import ALERTS
from sinks.audit import AUDIT
from sinks.base.table import Table
from sinks.budget import BUDGET
from sinks.candidates import CANDIDATES
from sinks.discoveries import DISCOVERIES
from sinks.entities import ENTITIES
from sinks.health import HEALTH
from sinks.heartbeats import HEARTBEATS
from sinks.heat import HEAT
from sinks.kpis import KPIS
from sinks.mentions import MENTIONS
from sinks.predictions import PREDICTIONS, RUNS
from sinks.questions import QUESTIONS
from sinks.raw_mentions import RAW_MENTIONS
from sinks.velocity import VELOCITY

SINKS: Final[tuple[Table[Any], ...]] = (
    RAW_MENTIONS,
    MENTIONS,
    CANDIDATES,
    VELOCITY,
    HEAT,
    ALERTS,
    ACTIONS,
    ENTITIES,
    DISCOVERIES,
    QUESTIONS,
    PREDICTIONS,
    RUNS,
    KPIS,
    AUDIT,
    HEALTH,
    HEARTBEATS,
    BUDGET,
)
BY_NAME: Final[dict[str, Table[Any]]] = {table.name: table for table in SINKS}
