"""The roles of the workers, and the topics that each reads and writes."""

from typing import Final

from schemas.sources import SOURCE_TYPES
from schemas.topics import raw_topic

ROLES: Final = ("resolve", "measure", "stories", "discover")
OUTPUTS: Final = {
    "resolve": ("mentions", "entities.candidates"),
    "measure": ("velocity", "heat", "alerts.proposed"),
    "stories": ("alerts",),
    "discover": ("discoveries", "resolve.queue"),
}
INPUTS: Final = {
    "resolve": tuple(raw_topic(source) for source in SOURCE_TYPES),
    "measure": ("mentions",),
    "stories": ("alerts.proposed",),
    "discover": ("entities.candidates",),
}
