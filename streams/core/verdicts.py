"""What was decided about a name in a text: whom it means, or why it was left out."""

from typing import NamedTuple

from streams.core.aboutness import Place
from streams.core.objections import RejectionReason
from streams.core.reading import FieldName


class Accepted(NamedTuple):
    """An entity that the text names, with its best hit; the span is of the field as given."""

    entity_id: str
    entity_name: str
    entity_type: str
    surface: str
    field: FieldName
    span: tuple[int, int]
    score: float
    margin: float
    terms: dict[str, float]
    places: tuple[Place, ...]  # everywhere that the post names it


class Reading(NamedTuple):
    """An entity that a name may mean, and what speaks for it."""

    entity_id: str
    score: float
    terms: dict[str, float]


class Rejected(NamedTuple):
    """A name that was left out, why, and whom it might have meant, the likeliest first."""

    surface: str
    field: FieldName
    span: tuple[int, int]
    reason: RejectionReason
    score: float
    terms: dict[str, float]
    options: tuple[Reading, ...]
    zipf: float  # how common its rarest word is


class Resolution(NamedTuple):
    """Each entity at most once, in reading order; an everyday word in plain use is no candidate."""

    accepted: tuple[Accepted, ...]
    candidates: tuple[Rejected, ...]
