"""Reasons as people read them."""
# ruff: noqa: RUF001 - the sign of a standard deviation is the letter sigma

import pytest

from gateway.reasons import number, sentence
from tests.gateway.builders import reason

WORDS = [
    ({}, "Social 3.1 σ: 42 mentions in 12 h, usual 6"),
    ({"observed": 1.0, "usual": 0.4}, "Social 3.1 σ: 1 mention in 12 h, usual 0.4"),
    ({"sigma": None, "usual": None}, "Social: 42 mentions in 12 h"),
    ({"source_type": None}, "All sources 3.1 σ: 42 mentions in 12 h, usual 6"),
    (
        {"source_type": "short-video", "window_hours": 0.5},
        "Short video 3.1 σ: 42 mentions in 30 min, usual 6",
    ),
    (
        {"clause": "level", "source_type": "search", "observed": 80.0, "usual": 11.0, "sigma": 4.1},
        "Search interest 4.1 σ: at 80, usual 11",
    ),
    (
        {"clause": "spread", "source_type": None, "observed": 3.0},
        "Seen in 3 independent types of source in 12 h",
    ),
    (
        {"clause": "spread", "source_type": None, "observed": 1.0},
        "Seen in 1 type of source in 12 h",
    ),
    ({"clause": "spread", "source_type": None, "observed": 0.67}, "Spread 0.67 of 1 in 12 h"),
    ({"clause": "affect", "observed": 0.71}, "Strong feeling: 0.71 of 1 in 12 h"),
    ({"clause": "affect", "observed": -0.4}, "Clear feeling: 0.40 of 1 in 12 h"),
    (
        {"clause": "trade", "observed": 1.0, "window_hours": 48.0},
        "Trade press has it: 1 item in 2 d",
    ),
    (
        {"clause": "story", "observed": 0.8, "usual": None},
        "80% of the evidence tells one story",
    ),
    (
        {"clause": "story", "observed": 0.8, "usual": 8.0},
        "80% of the evidence tells one story: 8 texts",
    ),
    (
        {"clause": "gate", "observed": 12.0, "sigma": 3.42, "bar": 2.8},
        "Score 3.4, 2.8 is the bar: 12 mentions in 12 h",
    ),
    (
        {"clause": "gate", "observed": 1.0, "sigma": -0.04, "bar": 2.1},
        "Score 0.0, 2.1 is the bar: 1 mention in 12 h",
    ),
    (
        {"clause": "trade", "observed": 2.0, "name": "Variety", "window_hours": 48.0},
        "Trade press has it: 2 items in 2 d, Variety first",
    ),
    (
        {"clause": "habit", "observed": 3.0, "bar": 0.41, "window_hours": 336.0},
        "3 earlier alerts in 14 d: the bar is 0.4 higher",
    ),
    ({"clause": "habit", "observed": 1.0, "window_hours": 336.0}, "1 earlier alert in 14 d"),
    (
        {"clause": "habit", "observed": 0.0, "bar": 0.13, "window_hours": 336.0},
        "Earlier alerts: the bar is 0.1 higher",
    ),
    ({"clause": "scheduled", "name": "Met Gala"}, "Expected: Met Gala"),
    (
        {"clause": "silent"},
        "Measured, never told: it is a place, a publisher or a platform, or was silenced",
    ),
    (
        {"clause": "left-out", "observed": 8.0, "name": "copies"},
        "8 mentions in 12 h not counted: copies",
    ),
    (
        {"clause": "baseline", "name": "scaled", "usual": 2.0},
        "Social: scaled for hours in which the source was away (usual 2)",
    ),
    (
        {"clause": "velocity", "source_type": "news", "observed": 5.0, "usual": 4.8,
         "sigma": -0.2, "window_hours": 12.0},
        "News: 5 mentions in 12 h, usual 4.8",
    ),
    (
        {"clause": "level", "source_type": "search", "observed": 50000.0,
         "usual": None, "sigma": None},
        "Search interest: at 50\u202f000, too little history of its own",
    ),
    (
        {"clause": "baseline", "usual": 2.0},
        "Social: too little history of its own, measured against what is assumed of a new name"
        " (usual 2)",
    ),
    (
        {"clause": "suppressed", "source_type": None, "observed": 1.0, "usual": 2.0},
        "Held back: 1 where 2 is needed",
    ),
    (
        {"clause": "shared", "observed": 0.86, "name": "Orin Vale"},
        "86% of the evidence of Orin Vale is that of the story",
    ),
    (
        {"clause": "wording", "observed": 0.6, "name": "Orin Vale"},
        "Orin Vale in the words of the story: 60% alike",
    ),
    ({"clause": "new-clause", "observed": 5.0}, "New clause: 5 in 12 h"),
]


@pytest.mark.parametrize(("changes", "said"), WORDS)
def test_a_reason_is_one_sentence(changes: dict[str, object], said: str) -> None:
    assert sentence(reason(**changes)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (0.0666, "0.067"),
        (6.04, "6.0"),
        (12345.4, "12\u202f345"),
        (float("nan"), "unknown"),
    ],
)
def test_numbers_have_no_more_digits_than_a_reader_can_use(value: float, said: str) -> None:
    assert number(value) == said
