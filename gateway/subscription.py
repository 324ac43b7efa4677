"""What a client asks for: which events, from where, in which shape. Pure.

One model per route forbids what it does not know, so that a mistyped filter is an error and never
a filter that quietly does nothing. The same models speak for HTTP and for WebSocket.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self, TypeVar
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from gateway.events import KINDS, Event
from schemas.errors import HeatError
from schemas.records import ENTITY_TYPES
from schemas.sources import TYPES

CATEGORIES: Final = ENTITY_TYPES
HOTTEST: Final = 2.5  # heat's highest value; its range is in the schema


class RefusedError(HeatError):
    """A request that cannot be served as asked; `name` says which rule it broke."""

    def __init__(self, name: str, detail: str, **facts: int) -> None:
        super().__init__(detail)
        self.name, self.detail, self.facts = name, detail, facts

    def body(self) -> dict[str, Any]:
        return {"error": self.name, "detail": self.detail, **self.facts}


def _some_of(known: Sequence[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        words = text.split(",")
        for word in words:
            if word not in known:
                raise ValueError(f"{word!r} is none of {', '.join(known)}")
        if len(set(words)) < len(words):
            raise ValueError("the same word is given twice")
        return text

    return check


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be a finite number")
    return value


Kinds = Annotated[str, AfterValidator(_some_of(KINDS))]
Categories = Annotated[str, AfterValidator(_some_of(CATEGORIES))]
SourceTypes = Annotated[str, AfterValidator(_some_of(TYPES))]
MinHeat = Annotated[float, Field(ge=0), AfterValidator(_finite)]
EntityId = Annotated[str, Field(min_length=1, max_length=200)]


class NoQuery(BaseModel):
    """A route without parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EventFilter(NoQuery):
    """The filters that every list and every stream knows; all must hold."""

    category: Categories | None = Field(None, description="entity types, by comma")
    types: SourceTypes | None = Field(None, description="source types, any of them, by comma")
    min_heat: MinHeat | None = Field(None, description="least heat")
    entity: EntityId | None = Field(None, description="one entity id")

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        if self.min_heat is not None and self.min_heat > HOTTEST:
            raise ValueError(f"min_heat {self.min_heat:g} is above {HOTTEST}, the highest heat")
        return self


class StreamFilter(EventFilter):
    """What both streams know."""

    kinds: Kinds | None = Field(None, description="heat, alerts or both, by comma")
    shape: Literal["thin", "full"] = Field("full", description="how much of each event")
    cursor: str | None = Field(
        None, description="a seq, `latest` or `earliest`", pattern=r"^(latest|earliest|\d{1,18})$"
    )

    def subscription(self) -> "Subscription":
        return subscription(self, _words(self.kinds), self.shape == "thin")


class WebSocketQuery(StreamFilter):
    """Parameters of /ws."""

    snapshot: Literal["0", "1"] = Field("0", description="1: the state first, then what follows")

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        if self.snapshot == "1" and self.cursor not in (None, "latest"):
            raise ValueError(
                f"snapshot=1 is the state at the tip and cursor={self.cursor} is before it; "
                "leave one of them out"
            )
        return self


class SseQuery(StreamFilter):
    """Parameters of /trends/sse."""

    since: str | None = Field(None, description="ISO time with a zone, or an age such as 2h")


class TrendsQuery(EventFilter):
    """Parameters of /trends/intelligent."""

    limit: int = Field(20, ge=1, le=500, description="how many entities")


class AlertsQuery(EventFilter):
    """Parameters of /alerts."""

    limit: int = Field(50, ge=1, le=500, description="how many alerts")


@dataclass(frozen=True, slots=True)
class Subscription:
    """The filters of a client, ready to be asked about each event. None lets all pass."""

    kinds: frozenset[str] | None = None
    category: frozenset[str] | None = None
    types: frozenset[str] | None = None
    min_heat: float = 0.0
    entity: str | None = None
    thin: bool = False

    def wants(self, event: Event) -> bool:
        return (self.kinds is None or event.kind in self.kinds) and self.admits(
            event.entities, event.entity_type, event.types, event.heat
        )

    def admits(
        self, entities: frozenset[str], category: str, types: frozenset[str], heat: float
    ) -> bool:
        """All filters but `kinds`."""
        return (
            heat >= self.min_heat
            and (self.category is None or category in self.category)
            and (self.entity is None or self.entity in entities)
            and (self.types is None or not self.types.isdisjoint(types))
        )


def _words(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(text.split(","))


def subscription(
    asked: EventFilter, kinds: frozenset[str] | None = None, thin: bool = False
) -> Subscription:
    category, types = _words(asked.category), _words(asked.types)
    return Subscription(kinds, category, types, asked.min_heat or 0.0, asked.entity, thin)


Q = TypeVar("Q", bound=NoQuery)


def doubled(query: str) -> str | None:
    """The first parameter that is given more than once."""
    counts = Counter(name for name, _ in parse_qsl(query, keep_blank_values=True))
    return next((name for name, count in counts.items() if count > 1), None)


def parse(model: type[Q], query: str) -> Q:
    """The parameters of a query string. Raises RefusedError naming the one that is wrong."""
    twice = doubled(query)
    if twice is not None:
        raise RefusedError("DoubledParameter", f"parameter {twice!r} is given more than once")
    try:
        return model.model_validate(dict(parse_qsl(query, keep_blank_values=True)))
    except ValidationError as refusal:
        raise refused(refusal.errors(include_url=False), tuple(model.model_fields)) from None


def refused(errors: Iterable[Any], known: Sequence[str]) -> RefusedError:
    """The first of pydantic's errors in our words."""
    first = next(iter(errors))
    where = ".".join(str(part) for part in first["loc"] if part not in ("query", "path"))
    if first["type"] == "extra_forbidden":
        words = ", ".join(known) or "none"
        return RefusedError("UnknownParameter", f"unknown parameter {where!r}; known: {words}")
    complaint = first["msg"].removeprefix("Value error, ")
    if not where:
        return RefusedError("Contradiction", complaint)
    return RefusedError("BadParameter", f"parameter {where!r}: {complaint}")
