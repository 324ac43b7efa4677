"""`heat spam`: the spam score of posts in a file, as the stream would give it."""

import sys
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from deploy.cli.lines import read_lines, write_line
from schemas.clock import Millis, parse_lenient_time
from schemas.errors import SettingsError
from schemas.sources import SOURCE_TYPES
from streams.core import spam_model
from streams.core.crowd import Crowd
from streams.core.spam import Spam, bias_of, spam_of
from streams.models import file_name

POSTED: Final = frozenset({"social", "video", "short-video"})
DIGITS: Final = 4  # of a score as told


class Post(msgspec.Struct):
    """A line of the input; other fields are passed over."""

    id: str | int
    text: str
    source: str | None = None
    time: str | int | float | None = None
    author: str | None = None


class Labelled(msgspec.Struct):
    """A line to learn from."""

    text: str
    spam: bool


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(spam)


def spam(
    posts: Annotated[str, typer.Option("--input", help="JSON lines with id, text, source, time,"
                                                       " author if known; - is stdin.")],
    model: Annotated[Path | None, typer.Option(help="From `heat train spam`, for its source.",
                                               exists=True, dir_okay=False)] = None,
) -> None:
    """Score each post, as JSON lines: id, spam between 0 and 1, reasons; in the order of the input.

    Where people post the text is judged as a comment, elsewhere as a headline. Copies and busy
    authors are known from the lines before.
    """
    learned = spam_model.unpack(model.read_bytes(), str(model)) if model else None
    crowd = Crowd()
    for number, post in read_lines(posts, Post):
        said = _judge(post, learned)
        seen = crowd.hear(post.text, post.author, _time(post, f"{posts} line {number}"))
        found = max(said.score, seen.score)
        write_line({"id": post.id, "spam": round(found, DIGITS),
                    "reasons": [*seen.reasons, *said.reasons]})
    sys.stdout.buffer.flush()


def _judge(post: Post, learned: spam_model.SpamModel | None) -> Spam:
    headline = SOURCE_TYPES.get(post.source or "", "social") not in POSTED
    kind = "article" if headline else "comment"
    if learned is not None and learned.source == post.source:
        return spam_model.score(post.text, learned, bias_of(kind))
    return spam_of("", post.text, kind)


def _time(post: Post, where: str) -> Millis:
    """Posts without a time count as one moment."""
    if post.time is None:
        return 0
    try:
        return parse_lenient_time(str(post.time))
    except (ValueError, OverflowError) as refusal:
        raise SettingsError(f"{where}: time {post.time!r}: {refusal}") from None


def train_spam(
    labelled: Annotated[str, typer.Option("--input", help="JSON lines: text, spam (true or false);"
                                                          " - is stdin.")],
    source: Annotated[str, typer.Option(help="The source that it is for; no other will use it.")],
    out: Annotated[Path, typer.Option(help="The file to write, or a folder: named by version.")],
) -> None:
    """Learn a correction of the spam rules for one source. Same examples, same model."""
    if source not in SOURCE_TYPES:
        raise SettingsError(f"--source {source!r}: there are {', '.join(SOURCE_TYPES)}")
    examples = [(line.text, line.spam) for _, line in read_lines(labelled, Labelled)]
    model = spam_model.train(source, examples)
    if out.is_dir():
        out /= file_name(source, model.version)
    try:
        out.write_bytes(spam_model.pack(model))
    except OSError as refusal:
        raise SettingsError(f"--out {out}: {refusal.strerror}") from None
    write_line({"source": source, "version": model.version, "examples": model.examples,
                "spam": model.spam_examples, "weights": len(model.weights), "file": str(out)})
    sys.stdout.buffer.flush()
