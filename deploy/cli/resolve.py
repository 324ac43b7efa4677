"""`heat resolve`: what the stream would take the names in a file of posts for, and why."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from deploy.cli.lines import read_lines, write_line
from producers.catalogue.imports import read_file
from producers.catalogue.load import STARTER
from schemas.codec import decode_as
from schemas.errors import SettingsError
from schemas.records import Entity
from schemas.settings import KafkaSection, RoleSettings
from streams.core.disambiguate import Accepted, Rejected, judge
from streams.core.lexicon import Lexicon
from streams.core.reading import read
from streams.core.spotter import LONGEST_TEXT

LIVE: Final = "live"
DIGITS: Final = 4  # of a score as told

Catalogue = Annotated[
    str, typer.Option(help="A catalogue file (TSV, JSONL or YAML), or `live`: the entities topic.")
]
Input = Annotated[
    str, typer.Option("--input", help="JSON lines with id, text, source, time; - is stdin.")
]


class Post(msgspec.Struct):
    """A line of the input; other fields are passed over, as the commands beside this one do."""

    id: str | int
    text: str
    source: str | None = None  # a source or a channel, such as r/kpop
    time: str | float | None = None  # told for completeness: a name means the same at any time


class BrokerSettings(RoleSettings):
    """The live catalogue needs the broker and nothing else."""

    kafka: KafkaSection = KafkaSection()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("resolve")(resolve)


def resolve(posts: Input, catalogue: Catalogue = str(STARTER)) -> None:
    """Who is named in each post, as JSON lines: spans of the text as given, scores and their terms.

    A name that was left out is in `unresolved`, with the reason. Offsets count code points.
    """
    lexicon = Lexicon.from_entities(_entities(catalogue))
    for _, post in read_lines(posts, Post):
        write_line(told(post, lexicon))
    sys.stdout.buffer.flush()


def told(post: Post, lexicon: Lexicon) -> dict[str, Any]:
    """One line of the output."""
    verdicts = judge(read("", post.text, None), lexicon, post.source or "")
    left = [_left(one) for one in verdicts if isinstance(one, Rejected)]
    if len(post.text) > LONGEST_TEXT:
        left.append({"start": LONGEST_TEXT, "end": len(post.text), "text": "",
                     "reason": "beyond-what-is-read"})
    return {
        "id": post.id,
        "spans": [_span(one) for one in verdicts if isinstance(one, Accepted)],
        "unresolved": left,
    }


def _span(one: Accepted) -> dict[str, Any]:
    return {
        "start": one.span[0],
        "end": one.span[1],
        "text": one.surface,
        "entity": one.entity_id,
        "score": round(one.score, DIGITS),
        "margin": round(one.margin, DIGITS),
        "terms": {name: round(value, DIGITS) for name, value in one.terms.items()},
    }


def _left(one: Rejected) -> dict[str, Any]:
    start, end = one.span
    return {"start": start, "end": end, "text": one.surface, "reason": one.reason}


def _entities(catalogue: str) -> Sequence[Entity]:
    """Raises SettingsError for a catalogue without a name in it: nothing could be found by it."""
    found = _live() if catalogue == LIVE else read_file(Path(catalogue))
    if not found:
        raise SettingsError(f"--catalogue {catalogue}: there is no entity in it")
    return found


def _live() -> list[Entity]:
    """The newest record of every id on the topic."""
    from producers.base.reading import LogReader, require_topics, whole
    from producers.catalogue.publish import ENTITIES, newest_values

    with LogReader(BrokerSettings.load().kafka) as reader:
        require_topics(reader, ENTITIES)
        held = newest_values(whole(reader, ENTITIES))
    return [decode_as(Entity, value) for value in held.values()]
