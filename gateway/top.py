"""What /predictions/top answers, and why a list is empty."""

from typing import Any, Final

from pydantic import BaseModel, Field

from gateway.predictions import TopQuery
from schemas.clock import HOUR_MS, Millis, iso

REACH_H: Final = 12  # the furthest horizon that is foretold


class TopAnswer(BaseModel):
    """The list, and the reason when nobody is on it. The fields of a show only with a slot."""

    as_of: str | None = Field(description="the newest hour that is foretold from; null: none yet")
    slot: str | None = Field(None, description="the show that was asked for")
    air: str | None = Field(None, description="when it is on air next, or went on air")
    ends: str | None = Field(None, description="when it ends")
    warm: float | None = Field(None, description="heat that still is warm on air, as asked")
    reason: str | None = Field(description="why `items` is empty; null when it is not")
    items: list[dict[str, Any]] = Field(description="who is foretold, the first the hottest")


def reason_for_none(as_of: Millis, asked: TopQuery, middle: Millis | None = None) -> str:
    """Why nobody is on the list. `middle` is that of the show, when a slot was asked for."""
    if not as_of:
        return "nothing is foretold yet: the forecast begins with the first settled hour of heat"
    if middle is not None and middle - as_of > REACH_H * HOUR_MS:
        hours, from_then = (middle - as_of) / HOUR_MS, iso(middle - REACH_H * HOUR_MS)
        return (
            f"the middle of the show is {hours:.1f} h ahead of the newest forecast, which reaches "
            f"{REACH_H} h: ask from {from_then} on"
        )
    if asked.rising:
        return "nobody outside the list has a chance told at this horizon"
    return "nobody is foretold at this time"
