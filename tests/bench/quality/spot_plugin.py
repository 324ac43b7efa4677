"""The spotter as a plug-in of speed benches: `--plugin tests.bench.quality.spot_plugin:build`.

Names in addresses count, as in a plain search for whole words: with them left out, as the resolver
has it, "goo.gl" is no place where "gl" is found, and a reference that knows no addresses differs.
"""

import gc
from collections.abc import Callable

from streams.core.spotter import Spotter

Spot = Callable[[str], list[tuple[int, int, int]]]


def build(names: list[tuple[str, int]]) -> Spot:
    """Spans of `names` in a text, each with its first owner."""
    spotter = Spotter(names, in_addresses=True)
    first = [owners[0] for owners in spotter.owners]
    find = spotter.spot
    gc.freeze()  # as in the long run: what was built for good is looked through no more

    def spot(text: str) -> list[tuple[int, int, int]]:
        return [(hit.start, hit.end, first[hit.name]) for hit in find(text)]

    return spot
