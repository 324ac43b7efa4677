"""What a name nobody knows might be: a person, a film, a song; told by the words around it."""

import re
from collections.abc import Mapping
from typing import Final

from streams.core.fold import fold

NEAR: Final = 40  # characters before and after the name
_CUES: Final[dict[str, tuple[str, ...]]] = {
    "film": ("film", "movie", "box office", "sequel", "biopic", "thriller", "trailer"),
    "show": ("series", "show", "season", "episode", "finale", "sitcom", "showrunner", "reality"),
    "song": ("song", "single", "track", "music video", "lyrics", "remix"),
    "album": ("album", "tracklist", "mixtape", "ep"),
    "group": ("band", "group", "duo", "trio", "boyband", "girl group"),
    "event": ("festival", "awards", "gala", "premiere of the", "tour", "ceremony"),
    "network": ("network", "streaming service", "channel"),
    "company": ("studio", "studios", "inc", "ltd", "label", "agency", "company"),
    "person": (
        "actor", "actress", "singer", "rapper", "star", "director", "comedian", "model", "host",
        "presenter", "he", "she", "his", "her", "husband", "wife", "son", "daughter", "says",
        "said", "died", "dies", "dead at", "born", "married", "aged", "dating", "tells", "reveals",
    ),
}
_PATTERNS: Final = {
    kind: re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b")
    for kind, words in _CUES.items()
}


def cues(title: str, surface: str) -> list[str]:
    """The types that the words near the name speak for."""
    folded, name = fold(title), fold(surface)
    at = folded.find(name)
    if at < 0:
        return []
    before = folded[max(at - NEAR, 0) : at]
    after = folded[at + len(name) : at + len(name) + NEAR]
    return [kind for kind, pattern in _PATTERNS.items()
            if pattern.search(before) or pattern.search(after)]


def guess(votes: Mapping[str, int], name: str) -> str:
    """The type with the most texts behind it; without any, two or three words are a person."""
    best = max(sorted(votes), key=lambda kind: votes[kind], default=None)
    if best is not None and votes[best] > 0:
        return best
    return "person" if len(name.split()) in (2, 3) else "event" if name[:1] == "#" else "film"
