"""What a source declares about itself: how often, at what price, within which limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Window = Literal["12h", "day", "month"]
Cost = Mapping[str, float]  # amounts by unit: {"requests": 1, "units": 100, "usd": 0.02}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """At most `amount` of a unit within a window, which turns over in the provider's time zone."""

    unit: str
    amount: float
    window: Window
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Pace:
    """A token bucket: `requests` in every `per`, of which `burst` may come at once."""

    requests: float
    per: timedelta
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that a source needs: the field of KeysSection, and where a person gets one.

    Without an optional one the source runs all the same, and sees less.
    """

    key: str
    get_it_at: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the base must know to ask a source well."""

    name: str
    about: str  # one line for people
    poll_every: timedelta
    cache_ttl: timedelta = timedelta(0)  # how long an answer may be reused; zero: never
    stale_for: timedelta = timedelta(days=1)  # how old an answer may be while the source is down
    pace: Pace = field(default_factory=lambda: Pace(30, timedelta(minutes=1), burst=5))
    ceilings: tuple[Ceiling, ...] = ()
    credentials: tuple[Credential, ...] = ()
    usual: tuple[int, int] | None = None  # entries that a healthy poll reads: fewest and most
    terms: str = ""  # what robots.txt and the terms of service ask of us
    on_by_default: bool = True  # a source with all its credentials runs unless switched off
