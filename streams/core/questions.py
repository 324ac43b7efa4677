"""Names that could mean several entities, as questions to a person, by how many wait for it."""

from typing import Final

from schemas.clock import DAY_MS, end_of
from schemas.ids import derived_id
from schemas.records import Option, Question, Record
from schemas.version import CODE_VERSION
from streams.core.config import CoreConfig
from streams.core.measure import Lineage
from streams.core.naming import TEST_PREFIX, NameState, spellings
from streams.core.reasons import receipt

GROWN: Final = 1.5  # a question is told again when so many times more voices wait


def question_id(name: str) -> str:
    return derived_id("question", name)


def ask(
    state: NameState, name: str, n: int, config: CoreConfig, lineage: Lineage
) -> list[Record]:
    """The question about the name, when enough voices wait and more than when it was told."""
    asked, now = state.asked, end_of(n)
    asked.waiting = [(at, voice) for at, voice in asked.waiting if now - at < DAY_MS]
    voices = len({voice for _, voice in asked.waiting})
    if not voices:
        asked.told = 0
        return []
    if voices < max(config.discovery.question_authors, asked.told * GROWN):
        return []
    asked.told = voices
    best = sorted(asked.options, key=lambda entity: (-asked.options[entity], entity))
    return [
        Question(
            id=derived_id("question", name, str(n)), event_time=now, known_time=now,
            test=name.startswith(TEST_PREFIX), tick=n, question_id=question_id(name),
            surface=spellings(state)[0], reason=asked.reason,
            options=tuple(Option(entity_id=e, score=asked.options[e]) for e in best),
            mentions=len(asked.waiting), authors=voices,
            receipts=tuple(receipt(item) for item in reversed(asked.examples)),
            config_hash=lineage.config_hash, catalogue_version=asked.catalogue_version,
            code_version=CODE_VERSION,
            causation=tuple(item.mention_id for item in asked.examples),
        )
    ]
