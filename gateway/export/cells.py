"""How values come from the database for a form of file, and how a cell is made safe."""

import re
from typing import Any, Final

import orjson
import psycopg
from psycopg.adapt import Loader

# A spreadsheet computes a text that begins so, full-width twins included.
TWINS: Final = "\uff1d\uff0b\uff0d\uff20"
FORMULA: Final = re.compile(rf"'*(?:[\s\ufeff]*[=+\-@{TWINS}]|[\t\r\n])")
NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
APOSTROPHE: Final = "'"


def guarded(text: str) -> str:
    """A text that a spreadsheet would compute, behind an apostrophe; any other as it is.

    Undone without loss: what still looks like a formula behind apostrophes loses the first one.
    """
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        return APOSTROPHE + text
    return text


class StampLoader(Loader):
    """A time as ISO 8601 in UTC, made from the text that the server writes: session in UTC."""

    def load(self, data: Any) -> str:
        return bytes(data).decode().replace(" ", "T").replace("+00", "Z")


class PlainLoader(Loader):
    """A value as the server writes it."""

    def load(self, data: Any) -> str:
        return bytes(data).decode()


class FragmentLoader(Loader):
    """A document as it is, to be put into a larger one unread."""

    def load(self, data: Any) -> orjson.Fragment:
        return orjson.Fragment(bytes(data))


def load_for(form: str, session: psycopg.Connection[Any]) -> None:
    """Make the session hand over values as the form wants them."""
    document = FragmentLoader if form in ("json", "jsonl") else PlainLoader
    for name in ("json", "jsonb"):
        session.adapters.register_loader(name, document)
    if form != "parquet":
        session.adapters.register_loader("timestamptz", StampLoader)
        session.adapters.register_loader("date", PlainLoader)
