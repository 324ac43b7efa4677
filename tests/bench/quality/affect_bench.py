"""Agreement with people on the rated tweets that were not learned from, and speed, beside VADER.

    python -m tests.bench.quality.affect_bench [--rated FILE]

To reach on the even ids: signed r .89, intensity r .75, 15 microseconds a text.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import correlation
from typing import Final

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from streams.core.affect import Affect, feel
from tests.bench.quality.train_affect import Rated, load

USUAL_PLACE: Final = (
    Path(__file__).parents[4] / "shared/data/quality/vader_tweets/tweets_GroundTruth.txt"
)
ROUNDS: Final = 5


def signed(text: str) -> float:
    """For benches that ask for one number a text."""
    return feel(text).signed


def strength(text: str) -> float:
    """For benches that compare the size of one number with the size of the ratings."""
    felt = feel(text)
    return felt.intensity if felt.signed >= 0 else -felt.intensity


def vader() -> Callable[[str], Affect]:
    scores = SentimentIntensityAnalyzer().polarity_scores

    def of(text: str) -> Affect:
        compound = scores(text)["compound"]
        return Affect(compound, abs(compound))

    return of


def judge(name: str, felt_by: Callable[[str], Affect], rated: list[Rated]) -> str:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        felt = [felt_by(one.text) for one in rated]
        best = min(best, time.perf_counter() - began)
    ratings = [one.rating for one in rated]
    way = correlation([one.signed for one in felt], ratings)
    size = correlation([one.intensity for one in felt], list(map(abs, ratings)))
    return (f"{name:<6} signed r {way:.3f}  intensity r {size:.3f}  "
            f"{1e6 * best / len(rated):5.1f} us a text\n")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rated", type=Path, default=USUAL_PLACE)
    given, _ = asked.parse_known_args()  # `make bench-quality` hands all benches the same
    if not given.rated.is_file():
        sys.stdout.write(f"no rated tweets at {given.rated}: give the file with --rated\n")
        return
    unseen = [one for one in load(given.rated) if one.number % 2 == 0]
    sys.stdout.write(judge("ours", feel, unseen))
    sys.stdout.write(judge("VADER", vader(), unseen))


if __name__ == "__main__":
    main()
