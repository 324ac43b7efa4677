"""Tests are asked in the order in which they are likely to notice, and quick ones early."""

from pathlib import Path

from tests.mutation.killers import Killers, name_of

SECONDS = {"quick": 0.1, "slow": 1.0, "slower": 2.0}
MUTANT, OTHER = (name_of("heat", "a >= b", becomes) for becomes in ("a > b", "a == b"))


def test_where_nothing_is_known_the_quickest_is_first(tmp_path: Path) -> None:
    assert list(Killers(tmp_path / "n").order(MUTANT, "f", SECONDS)) == ["quick", "slow", "slower"]


def test_who_noticed_it_before_is_first_in_a_later_run(tmp_path: Path) -> None:
    Killers(tmp_path / "n").note(MUTANT, "f", "slower")
    later = Killers(tmp_path / "n")
    assert list(later.order(MUTANT, "f", SECONDS)) == ["slower", "quick", "slow"]
    assert list(later.order(OTHER, "f", SECONDS)) == ["quick", "slow", "slower"]
    later.note(MUTANT, "f", "slow")
    assert next(iter(Killers(tmp_path / "n").order(MUTANT, "f", SECONDS))) == "slow"


def test_who_noticed_much_in_a_function_is_asked_early_in_it(tmp_path: Path) -> None:
    killers = Killers(tmp_path / "n")
    for number in range(10):
        killers.note(f"mutant {number}", "f", "slow")
    assert list(killers.order(MUTANT, "f", SECONDS)) == ["slow", "quick", "slower"]
    assert list(killers.order(MUTANT, "g", SECONDS)) == ["quick", "slow", "slower"]
