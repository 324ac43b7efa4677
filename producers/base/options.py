"""What a person may set for a source in `sources.yml`, beyond what the source declares."""

from pydantic import Field

from schemas.settings import Section


class SourceOptions(Section):
    """The keys that every source has. A source with more of its own subclasses this."""

    enabled: bool | None = Field(None, description="default: on when every key it needs is there")
    poll_every_s: float | None = Field(None, ge=10, description="seconds between polls")
    requests_per_minute: float | None = Field(None, gt=0, description="pace, when lower than ours")
    ceilings: dict[str, float] = Field(
        default_factory=dict, description="lower limits by unit, such as units: 5000"
    )
