"""What every group of settings has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A group of settings; unknown keys are errors and values never appear in them."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
