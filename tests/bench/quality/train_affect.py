"""Learn the weights of `streams.core.affect` from texts with human ratings.

    python -m tests.bench.quality.train_affect --rated tweets_GroundTruth.txt [--write]

The file has a line for each text: id, mean rating from -4 to 4, text, parted by tabs. Only odd ids
are learned from; the even ones are asked afterwards. The same file gives the same weights.
"""

import argparse
import re
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.core.affect import WEIGHTS, Weights, feel, read, softened

Array = NDArray[np.float64]
LEAST_TEXTS: Final = 2  # that hold a word: what one person wrote once is not kept
WORD_PENALTY: Final = 20.0
TRAIT_SCALE: Final = 4.0  # traits are few and sure: they are held back less than words
FOLDS: Final = 5
_KEPT = re.compile(r"[a-z]{1,20}|[!-/:-@\[-`{-~]{1,4}")  # words and runs of marks
PROVENANCE: Final = (
    "Ridge regression on the odd ids of the 4200 rated tweets published with VADER (C.J. Hutto, "
    "MIT licence); single words that two of the texts or more hold, and traits of VADER's word list"
)


class Rated(NamedTuple):
    number: int
    rating: float
    text: str


def load(path: Path) -> list[Rated]:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [Rated(int(row[0]), float(row[1]), row[2]) for row in rows]


class Design(NamedTuple):
    """Texts as numbers: scaled traits first, then a 1 for each word that is kept."""

    words: list[str]
    table: Array


def design(rated: list[Rated]) -> Design:
    readings = [read(one.text) for one in rated]
    counted = Counter(word for plain, _ in readings for word in set(plain))
    words = sorted(w for w, n in counted.items() if n >= LEAST_TEXTS and _KEPT.fullmatch(w))
    number = {word: at for at, word in enumerate(words)}
    traits = np.array([traits for _, traits in readings]) * TRAIT_SCALE
    held = np.zeros((len(rated), len(words)))
    for row, (plain, _) in enumerate(readings):
        held[row, [number[word] for word in plain if word in number]] = 1.0
    return Design(words, np.hstack([traits, held]))


def ridge(table: Array, target: Array, penalty: float) -> Array:
    """Weights about the means; solved among the texts, of which there are fewer than words."""
    centred = table - table.mean(axis=0)
    among = centred @ centred.T + penalty * np.eye(len(table))
    return np.asarray(centred.T @ np.linalg.solve(among, target - target.mean()))


def asked_blind(table: Array, target: Array) -> Array:
    """What each text would get from weights that were learned without it."""
    given = np.zeros(len(target))
    for fold in range(FOLDS):
        out = np.arange(len(target)) % FOLDS == fold
        given[out] = table[out] @ ridge(table[~out], target[~out], WORD_PENALTY)
    return given


def learn(rated: list[Rated]) -> Weights:
    words, table = design(rated)
    rating = np.array([one.rating for one in rated])
    signed = ridge(table, rating, WORD_PENALTY)
    strength = ridge(table, np.abs(rating), WORD_PENALTY)
    blind = asked_blind(table, rating)
    bent = np.column_stack([
        np.ones(len(rated)), asked_blind(table, np.abs(rating)),
        [softened(float(value)) for value in blind], blind,
    ])
    bend = np.linalg.lstsq(bent, np.abs(rating), rcond=None)[0]
    both = np.column_stack([signed, strength])
    traits = table.shape[1] - len(words)
    pairs = [(rounded(a), rounded(b)) for a, b in both[traits:]]
    return Weights(
        version=1,
        provenance=PROVENANCE,
        signed_traits=tuple(map(rounded, signed[:traits] * TRAIT_SCALE)),
        strength_traits=tuple(map(rounded, strength[:traits] * TRAIT_SCALE)),
        words=dict(zip(words, pairs, strict=True)),
        bend=(rounded(bend[0]), rounded(bend[1]), rounded(bend[2]), rounded(bend[3])),
    )


def rounded(weight: float) -> float:
    return round(float(weight), 4)


def agreement(rated: list[Rated]) -> tuple[float, float]:
    """Correlation with people: of the sign and size, and of the intensity."""
    felt = [feel(one.text) for one in rated]
    rating = np.array([one.rating for one in rated])
    return (
        float(np.corrcoef([one.signed for one in felt], rating)[0, 1]),
        float(np.corrcoef([one.intensity for one in felt], np.abs(rating))[0, 1]),
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rated", type=Path, required=True)
    asked.add_argument("--write", action="store_true", help="keep the weights in the package")
    given = asked.parse_args()
    rated = load(given.rated)
    learned = learn([one for one in rated if one.number % 2])
    if given.write:
        WEIGHTS.write_bytes(msgspec.json.format(msgspec.json.encode(learned), indent=0) + b"\n")
    print(f"{len(learned.words)} words; bend {learned.bend}; traits {learned.signed_traits}")
    signed, intensity = agreement([one for one in rated if one.number % 2 == 0])
    print(f"on the even ids: signed r {signed:.3f}, intensity r {intensity:.3f}")


if __name__ == "__main__":
    main()
