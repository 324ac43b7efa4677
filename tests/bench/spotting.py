"""Posts per second of the spotter beside bare engines on the same texts and names.

    python -m tests.bench.spotting [--sizes 10000,100000,1000000] [--posts N] [--json]

Texts and names are made from a seed: words by frequency, seven posts in ten with quotes, accents
or emoji, half of them with a name planted. Every engine has a process of its own. The others fold
and check edges as simply as can be; what they find differs where their method does.
"""

import argparse
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import psutil
from ahocorasick_rs import AhoCorasick, MatchKind

from streams.core.fold import fold
from tests.bench.quality.spot_plugin import Spot, build

Names = list[tuple[str, int]]
SEED: Final = 20_26
ROUNDS: Final = 3
SYLLABLES: Final = ("ka", "lo", "mi", "ren", "dra", "vis", "ton", "bel", "sha", "quo", "ver", "nia",
                    "ster", "gam", "pol", "ric", "e", "an", "th", "or")
ORNAMENTS: Final = ("\u2019", "\u201c", "\u201d", "\u2026", "\u2014", "\u00e9", "\u00f1",
                    "\U0001f602", "\u2764\ufe0f", "\U0001f525")


def made_words(rng: random.Random, count: int) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4)))] = None
    return list(words)


def made_names(rng: random.Random, words: list[str], count: int) -> list[str]:
    """Full names, titles of everyday words, and one word in ten by itself."""
    names: dict[str, None] = {}
    while len(names) < count:
        length = rng.choices((1, 2, 3, 4), weights=(10, 60, 20, 10))[0]
        rare = [rng.choice(words) for _ in range(length)]
        if length > 2:
            rare[0] = words[rng.randrange(200)]
        names[" ".join(rare)] = None
    return list(names)


def made_posts(rng: random.Random, words: list[str], names: list[str], count: int) -> list[str]:
    often = [1 / (rank + 5) for rank in range(len(words))]
    posts = []
    for _ in range(count):
        said = rng.choices(words, weights=often, k=rng.randint(16, 24))
        if rng.random() < 0.5:
            said.insert(rng.randrange(len(said)), rng.choice(names).title())
        if rng.random() < 0.6:
            said.insert(rng.randrange(len(said)), rng.choice("@#") + rng.choice(words))
        for _ in range(rng.randint(1, 3) if rng.random() < 0.7 else 0):
            said[rng.randrange(len(said))] += rng.choice(ORNAMENTS)
        posts.append(" ".join(said)[:180])
    return posts


def stands_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def leftmost_longest(names: Names) -> Spot:
    engine = AhoCorasick([name for name, _ in names], matchkind=MatchKind.LeftmostLongest,
                         store_patterns=False)

    def spot(text: str) -> list[tuple[int, int, int]]:
        folded = fold(text)
        return [(start, end, name) for name, start, end in engine.find_matches_as_indexes(folded)
                if stands_whole(folded, start, end)]

    return spot


def daachorse_overlapping(names: Names) -> Spot:
    from daachorse import CharwiseDoubleArrayAhoCorasick  # type: ignore[import-not-found]

    engine = CharwiseDoubleArrayAhoCorasick([name for name, _ in names])

    def spot(text: str) -> list[tuple[int, int, int]]:
        folded = fold(text)
        hits = sorted(((start, -end, name) for start, end, name in engine.find_overlapping(folded)
                       if stands_whole(folded, start, end)))
        chosen, free = [], 0
        for start, minus_end, name in hits:
            if start >= free:
                chosen.append((start, -minus_end, name))
                free = -minus_end
        return chosen

    return spot


ENGINES: Final[dict[str, Callable[[Names], Spot]]] = {
    "leftmost-longest": leftmost_longest, "daachorse": daachorse_overlapping, "ours": build,
}


def measure(engine: str, size: int, count: int) -> dict[str, Any]:
    """In this process: build, then the best of the rounds over all posts."""
    rng = random.Random(SEED)
    words = made_words(rng, 30_000)
    names = made_names(rng, words, size)
    posts = made_posts(rng, words, names, count)
    numbered = [(name, number) for number, name in enumerate(names)]
    gc.collect()
    memory, began = psutil.Process().memory_info().rss, time.perf_counter()
    spot = ENGINES[engine](numbered)
    built = time.perf_counter() - began
    gc.collect()
    grown = psutil.Process().memory_info().rss - memory
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = sum(len(spot(post)) for post in posts)
        best = min(best, time.perf_counter() - began)
    return {"engine": engine, "names": size, "posts_s": round(count / best), "hits": found,
            "build_s": round(built, 2), "rss_mb": grown >> 20}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default="10000,100000,1000000")
    asked.add_argument("--posts", type=int, default=10_000)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given, _ = asked.parse_known_args()  # `make bench` hands all benches the same arguments
    if given.one:
        print(json.dumps(measure(given.one[0], int(given.one[1]), given.posts)))
        return
    for size in given.sizes.split(","):
        base = 0
        for engine in ENGINES:
            told = subprocess.run(
                [sys.executable, "-m", "tests.bench.spotting", "--one", engine, size,
                 "--posts", str(given.posts)],
                capture_output=True, text=True, timeout=1800, check=False,
            )
            if told.returncode:
                print(f"{engine:<18} {size:>9}  left out: {told.stderr.strip().splitlines()[-1]}")
                continue
            row = json.loads(told.stdout)
            base = base or row["posts_s"]
            row["ratio"] = round(row["posts_s"] / base, 2)
            print(json.dumps(row) if given.json else
                  "{engine:<18} {names:>9,} {posts_s:>9,}/s  x{ratio:<5} build {build_s:>6} s  "
                  "{rss_mb:>4} MB  {hits:,} hits".format(**row), flush=True)


if __name__ == "__main__":
    main()
