"""How likely an alert is to hold on its back-check; None where there is no basis for a figure."""

from typing import NamedTuple


class Features(NamedTuple):
    """What is known of an alert at the moment it opens; nothing that is known only later."""

    excess: float  # gating statistic over its bar
    types: int  # source types with evidence in the last 12 h
    authors: int  # distinct authors and owners of the last 24 h, all types
    mentions: int  # counted in the last 12 h
    cohesion: float | None  # share of the evidence in its largest story; None: not known
    habit: float  # how much earlier alerts raised the bar
    inexperience: float  # [0, 1]: imagined share of the baselines
    hour: int  # of the day, UTC


def of(features: Features) -> float | None:
    """Calibrated chance, in [0, 1], that an alert with these features holds at its back-check."""
    return None
