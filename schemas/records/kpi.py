"""How a day's alerts did: early or late, useful or not, true or false, and at what price."""

import msgspec

from schemas.clock import Millis
from schemas.records.base import Record


class Figure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One figure with its interval; null where there is no case."""

    name: str  # such as early, early_minus_chance, lead_hours, useful, false_alerts
    value: float | None
    low: float | None  # of the interval: Wilson's 90 % for a share, else bootstrapped 10 to 90 %
    high: float | None
    n: int  # cases that it stands on


class Kpi(Record, frozen=True, kw_only=True, gc=False):
    """The KPIs of the alerts of one day. Told again when leads are settled, under the same id."""

    schema_name = "kpi"
    id: str
    event_time: Millis  # when the day ended
    known_time: Millis  # how far the events reach that it is computed from
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    day: str  # in UTC, such as 2026-03-09
    state: str  # provisional: leads may be pending | final: 72 h after the day
    alerts: int  # opened on that day
    figures: tuple[Figure, ...]
    spent_usd: float | None  # on calls of that day; null when no call was told
    cost_per_useful: float | None  # in usd; null without a useful alert
    trade_items: int  # published on that day: with few, silence of the trades says nothing
    details: str  # as JSON: the whole table, with baselines, outlets, classes and leads
    config_hash: str
    code_version: str
