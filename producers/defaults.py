"""`sources.yml` as it would be with every key of every source written out, and what each means."""

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Final

import yaml

from producers.base.options import SourceOptions
from producers.base.source import Source

WIDTH: Final = 94
HEAD: Final = """\
# What a person may set for each source. A source or a key that is left out has its default, which
# is the one written here. Name this file in HEAT_PRODUCER__SOURCES. Unknown names, unknown keys,
# wrong types and keys that are there twice are refused at start.
#
# Every source has these keys too; `heat sources` shows how each stands:
#   enabled: true              # default: on when every key that it needs is there
#   requests_per_minute: 10    # slower than the source declares
#   ceilings: {requests: 50}   # lower than the source's own limits, by unit
#
# Keys of providers are no settings of this file: they are variables, HEAT_KEYS__...
# What a source weighs in the heat is set in the computation's settings: type_weights in the file
# that HEAT_STREAM__CONFIG names.

sources:
"""


def defaults_text(sources: Iterable[type[Source]]) -> str:
    """The whole file."""
    return HEAD + "\n\n".join("\n".join(_source(source)) for source in sources) + "\n"


def _source(source: type[Source]) -> Iterator[str]:
    yield f"  # {source.facts.about}"
    yield f"  {source.facts.name}:"
    yield f"    poll_every_s: {source.facts.poll_every.total_seconds():g}"
    values = source.Options().model_dump(mode="json")
    for name, about in source.Options.model_fields.items():
        if name not in SourceOptions.model_fields:
            yield from textwrap.wrap(
                f"# {about.description}", WIDTH, initial_indent="    ", subsequent_indent="    # "
            )
            yield from _value(name, values[name])


def _value(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        yield f"    {name}:"
        text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=WIDTH)
        yield from textwrap.indent(text, "      ").splitlines()
        return
    flow = f"{name}: {json.dumps(value, ensure_ascii=False)}"
    lines = textwrap.wrap(flow, WIDTH, break_long_words=False, break_on_hyphens=False)
    yield from (f"    {'  ' * bool(n)}{line}" for n, line in enumerate(lines))
