"""The sinks there are."""

from typing import Any, Final

from sinks.alerts import ALERTS
from sinks.base.table import Table
from sinks.heat import HEAT
from sinks.mentions import MENTIONS

SINKS: Final[tuple[Table[Any], ...]] = (MENTIONS, HEAT, ALERTS)
BY_NAME: Final[dict[str, Table[Any]]] = {table.name: table for table in SINKS}
