"""Our resolver behind the contract of a span accuracy bench: bare aliases, no context."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from schemas.records import Entity
from streams.core.disambiguate import Accepted, judge
from streams.core.lexicon import Lexicon
from streams.core.reading import read
from streams.core.spotter import canonical

# The types of the benches in the words of a catalogue.
TYPES = {"Artist": "group", "WoA": "song", "creative-work": "film", "corporation": "company"}
Spans = list[tuple[int, int, str]]


def build(gazetteer: Iterable[tuple[str, str]], train: object) -> Callable[[str], Spans]:
    """A spotter of the given names. Past texts are not looked at; a name has its usual type."""
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for alias, kind in gazetteer:
        if canonical(alias):
            types[alias][kind] += 1
    by_form: dict[str, Entity] = {}
    type_of: dict[str, str] = {}
    for alias, kinds in types.items():
        form, kind = canonical(alias), max(sorted(kinds), key=kinds.__getitem__)
        type_of.setdefault(form, kind)
        by_form.setdefault(form, _entity(form, alias, TYPES.get(kind, kind)))
    lexicon = Lexicon.from_entities(by_form.values())

    def spot(text: str) -> Spans:
        found = judge(read("", text, None), lexicon)
        return [(*one.span, type_of[one.entity_id]) for one in found if isinstance(one, Accepted)]

    return spot


def _entity(entity_id: str, name: str, kind: str) -> Entity:
    return Entity(
        id=entity_id, event_time=0, known_time=0, source="bench", name=name, entity_type=kind
    )
