"""`heat detect --set` takes the settings that change something for a single series, no others."""

from typing import Any, Final

import msgspec
import pytest

from deploy.cli.counts import Bucket
from deploy.cli.detect import READ, lines
from streams.core.config import configure
from tests.deploy.test_detect import START

HALF_HOURS: Final = 48 * 6
BASE: Final = configure({"velocity.baseline_days": 3, "velocity.literal_days": 2})
OTHER: Final = {  # values of settings that are no numbers
    "gates.gate": "literal", "velocity.clock": "known", "velocity.prompt_types": [],
    "velocity.type_weights": {"social": 2.0}, "gates.silent_types": ["social"],
    "gates.min_authors_beside": {"social": 9}, "gates.min_authors_of": {"social": 9},
    "gates.silent_entities": ["series"], "evidence.spam_models": {"reddit": "x"},
    "evidence.count_passing": True,
    "calendar.tentpoles": [{"name": "x", "entities": ["series"], "starts": ["2025-12-04"]}],
}
DEFAULTS: Final = {
    f"{section}.{name}": value
    for section, names in msgspec.to_builtins(BASE).items() for name, value in names.items()
}


def counted(half: int) -> int:
    """Hardly anything at first, then a daily rhythm with a burst early and two of a third day."""
    if half < 12:
        return half % 3 == 0
    burst = 30 if half == 20 else 60 if half % 96 in range(70, 74) and half > 96 else 0
    return half * 7 % 5 + burst


def told(changed: dict[str, Any]) -> list[dict[str, Any]]:
    buckets = [
        Bucket("series", str(half), (START + half * 1800) * 1000, counted(half))
        for half in range(HALF_HOURS)
    ]
    return list(lines(buckets, configure(changed, BASE)))


@pytest.mark.parametrize("gate", ["detection", "literal"])
def test_the_series_of_these_tests_alerts(gate: str) -> None:
    assert any(line["alert"] for line in told({"gates.gate": gate}))


def test_every_setting_that_is_taken_changes_what_is_told_and_no_other_does() -> None:
    effective = set()
    for gate in ("detection", "literal"):
        usual = told({"gates.gate": gate})
        for name, value in DEFAULTS.items():
            changed = OTHER[name] if name in OTHER else another(value)
            if told({"gates.gate": gate, name: changed}) != usual:
                effective.add(name)
    assert effective == set(READ)


def another(value: Any) -> Any:
    """Another value that the setting may have."""
    return value + 1 if isinstance(value, int) else value / 2
