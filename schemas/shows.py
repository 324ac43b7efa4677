"""Shows and their air times, as settings give them."""

from typing import Final, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

EXAMPLE: Final = (
    '[{"name": "nightly", "at": "19:00", "minutes": 30, '
    '"days": ["mon", "fri"], "timezone": "America/New_York"}]'
)


class Show(BaseModel):
    """When a show is on air, by the clock of its own zone."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    name: str = Field(min_length=1, max_length=100, description="as /predictions/top?slot= asks")
    timezone: str = Field("America/New_York", description="of the IANA database")
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(
        ("mon", "tue", "wed", "thu", "fri"), min_length=1, description="on which it is on air"
    )
    at: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="such as 19:00")
    minutes: int = Field(30, ge=1, le=720, description="how long")

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("no such time zone")
        return name
