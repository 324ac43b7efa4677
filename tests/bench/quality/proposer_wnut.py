"""How many of the names in posts does the proposer find, and how many of its finds are names?

    python -m tests.bench.quality.proposer_wnut FILE.conll ...

Spans must be equal; a tag's sign and a possessive's ending do not count. Every type of name counts,
places and products included.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from streams.core.proposer import proposals
from streams.core.reading import read

Span = tuple[int, int]
CLOSING = frozenset(".,!?:;')") | {"\u2019"}


def posts(path: Path) -> Iterator[list[tuple[str, str]]]:
    """Words with their tags, post by post."""
    post: list[tuple[str, str]] = []
    for line in [*path.read_text("utf-8").splitlines(), ""]:
        if line.strip():
            word, tag = line.split("\t")[:2]
            post.append((word, tag))
        elif post:
            yield post
            post = []


def joined(post: list[tuple[str, str]]) -> tuple[str, set[Span]]:
    """The text as it may have been written, and where its names are."""
    text, names = "", []
    for word, tag in post:
        if text and word not in CLOSING and not word.startswith("'"):
            text += " "
        start = len(text)
        text += word
        if tag.startswith("B-"):
            names.append([start, len(text)])
        elif tag.startswith("I-") and names:
            names[-1][1] = len(text)
    return text, {_bare(text, start, end) for start, end in names}


def _bare(text: str, start: int, end: int) -> Span:
    start += text[start : start + 1] in ("#", "@")
    end -= 2 * text[start:end].endswith(("'s", "\u2019s"))
    return start, end


def score(path: Path) -> tuple[float, float]:
    """Precision and recall over all posts."""
    right = found = wanted = 0
    for post in posts(path):
        text, names = joined(post)
        proposed = {_bare(text, p.start, p.end) for p in proposals(read("", text, None))}
        right += len(names & proposed)
        found += len(proposed)
        wanted += len(names)
    return right / max(found, 1), right / max(wanted, 1)


if __name__ == "__main__":
    for given in sys.argv[1:]:
        precision, recall = score(Path(given))
        print(f"{Path(given).name}: precision {precision:.3f}, recall {recall:.3f}")
