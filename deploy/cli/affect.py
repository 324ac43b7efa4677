"""`heat affect`: what the texts of a file feel, as the stream would hear it."""

import sys
from typing import Annotated, Final

import msgspec
import typer

from deploy.cli.lines import read_lines, write_line
from streams.core.affect import feel

DIGITS: Final = 4  # of a feeling as told


class Said(msgspec.Struct):
    """What is read of a line; more fields may stand there."""

    id: str | int
    text: str


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("affect")(affect)


def affect(
    texts: Annotated[str, typer.Option("--input", help="JSON lines with id, text; - is stdin.")],
) -> None:
    """What each text feels, as JSON lines: id, signed from -1 to 1, intensity from 0 to 1."""
    for _, said in read_lines(texts, Said):
        signed, intensity = feel(said.text)
        write_line({
            "id": said.id, "signed": round(signed, DIGITS), "intensity": round(intensity, DIGITS)
        })
    sys.stdout.buffer.flush()
