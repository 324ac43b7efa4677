"""The sinks there are."""

from typing import Any, Final

from sinks.alerts import ALERTS
from sinks.base.table import Table
from sinks.discoveries import DISCOVERIES
from sinks.heat import HEAT
from sinks.mentions import MENTIONS
from sinks.predictions import PREDICTIONS, RUNS
from sinks.questions import QUESTIONS

SINKS: Final[tuple[Table[Any], ...]] = (
    MENTIONS,
    HEAT,
    ALERTS,
    DISCOVERIES,
    QUESTIONS,
    PREDICTIONS,
    RUNS,
)
BY_NAME: Final[dict[str, Table[Any]]] = {table.name: table for table in SINKS}
