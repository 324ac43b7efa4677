"""Settings: what cannot be meant is refused by its name."""

from typing import Any

import msgspec
import pytest

from schemas.errors import SettingsError
from streams.core.config import CoreConfig, configure

ABSURD = [
    ("gates.debounce_hours", -1),
    ("gates.min_polls", 0),
    ("gates.habit_half_life_days", 0),
    ("gates.min_authors_of", {"social": -1}),
    ("velocity.slow_weight", -0.1),
    ("velocity.baseline_days", 1),
    ("velocity.baseline_days", 367),
    ("velocity.peak_share", 1.1),
    ("velocity.type_weights", {"news": 0.0}),
    ("velocity.prior_variance", float("nan")),
    ("velocity.fast_weight", float("inf")),
    ("heat.full_spread", 0),
    ("heat.cap", 0),
    ("heat.fade_hours", 0),
    ("evidence.near_bits", -2),
    ("evidence.author_per_day", 0),
    ("episode.gap_hours", 0),
]


@pytest.mark.parametrize(("name", "value"), ABSURD)
def test_what_cannot_be_meant_is_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=name.replace(".", r"\.")):
        configure({name: value})


def test_days_that_are_forgotten_are_no_baseline() -> None:
    with pytest.raises(SettingsError, match="literal_days 15 is more than baseline_days 14"):
        configure({"velocity.literal_days": 15})
    longer = configure({"velocity.literal_days": 30, "velocity.baseline_days": 30})
    assert longer.velocity.literal_days == 30


@pytest.mark.parametrize(("name", "value"), [
    ("gates.debounce_hours", 0), ("velocity.warmup_hours", 0), ("gates.habit", 0),
    ("evidence.near_bits", -1), ("velocity.peak_share", 1), ("velocity.baseline_days", 366),
])
def test_the_least_and_the_most_that_can_be_meant_are_taken(name: str, value: Any) -> None:
    section, _, field = name.partition(".")
    assert getattr(getattr(configure({name: value}), section), field) == value


def test_every_number_has_a_least_and_a_most() -> None:
    for section in msgspec.structs.fields(CoreConfig):
        for field in msgspec.structs.fields(section.type):
            if isinstance(field.default, int | float) and not isinstance(field.default, bool):
                for absurd in (-2, 10**7):
                    with pytest.raises(SettingsError, match=field.name):
                        configure({f"{section.name}.{field.name}": absurd})


def test_the_defaults_are_taken_and_keep_their_hash() -> None:
    assert configure({}) == CoreConfig()
    assert configure({}).hash == CoreConfig().hash


@pytest.mark.parametrize(("overrides", "said"), [
    ({"gates.min_types": 8}, "min_types 8 is more than the 7 types of evidence"),
    ({"gates.min_polls": 13, "gates.persistence_hours": 1}, "min_polls 13 is more than there are"),
    ({"velocity.fast_weight": 0, "velocity.slow_weight": 0}, "fast_weight and slow_weight"),
    ({"velocity.type_weights": {"sozial": 2}}, "type_weights names sozial; the types"),
    ({"velocity.prompt_types": ["trade"]}, "prompt_types names trade"),
    ({"gates.min_authors_of": {"socail": 3}}, "min_authors_of names socail"),
    ({"gates.min_authors_beside": {"press": 3}}, "min_authors_beside names press"),
])
def test_what_would_change_nothing_or_silence_all_is_refused(
    overrides: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        configure(overrides)


def test_as_many_types_and_polls_as_there_are_may_be_asked() -> None:
    gates = configure({
        "gates.min_types": 7, "gates.min_polls": 12, "gates.persistence_hours": 1,
        "gates.min_authors_of": {"news": 2},
    }).gates
    assert (gates.min_types, gates.min_polls, gates.min_authors_of) == (7, 12, {"news": 2})
