"""Tables of small trees: walked to a leaf, added up, and told from damaged ones."""

import msgspec
import pytest

from streams.core.trees import FORKS, LEAVES, Forest, Tree, chance

STEPS = Tree((0,) * FORKS, (4.0, 2.0, 6.0, 1.0, 3.0, 5.0, 7.0), tuple(map(float, range(LEAVES))))


@pytest.mark.parametrize("place", range(LEAVES))
def test_a_walk_ends_in_the_leaf_between_its_cuts(place: int) -> None:
    assert STEPS.leaf([place + 0.5]) == place


def test_what_is_at_a_cut_is_not_above_it() -> None:
    assert (STEPS.leaf([4.0]), STEPS.leaf([4.00001])) == (3.0, 4.0)


def test_a_forest_is_the_sum_and_survives_its_travel() -> None:
    forest = Forest(0.5, (STEPS, STEPS))
    assert forest.sum([2.5]) == 4.5
    assert msgspec.json.decode(msgspec.json.encode(forest), type=Forest) == forest


@pytest.mark.parametrize(
    ("tree", "told"),
    [(Tree(STEPS.signs[1:], STEPS.cuts, STEPS.leaves), "tree 1 has not 7 forks"),
     (Tree(STEPS.signs, STEPS.cuts, STEPS.leaves[1:]), "8 leaves"),
     (Tree((*STEPS.signs[1:], 9), STEPS.cuts, STEPS.leaves), "a sign that there is not"),
     (Tree((*STEPS.signs[1:], -1), STEPS.cuts, STEPS.leaves), "a sign that there is not")],
)
def test_a_damaged_tree_is_named(tree: Tree, told: str) -> None:
    assert told in str(Forest(0.0, (STEPS, tree)).flaw(2))
    assert Forest(0.0, (STEPS,)).flaw(2) is None


def test_a_chance_is_never_certain() -> None:
    assert 0.0 < chance(-1e9) < chance(0.0) == 0.5 < chance(1e9) < 1.0
