"""How far a partition may be committed, against a model of ten lines."""

from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.corrections.ledger import Ledger, committable


@st.composite
def readings(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], set[int]]:
    """A base, runs of a log with holes before and inside them, and which runs are finished."""
    base = position = draw(st.integers(0, 3_000))
    runs = []
    for hole, length in draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=12)
    ):
        first = position + hole
        runs.append((first, first + length - 1))
        position = first + length
    done = draw(st.sets(st.integers(0, max(0, len(runs) - 1)), max_size=len(runs)))
    return base, runs, {runs[i][1] for i in done if runs}


def model(base: int, runs: list[tuple[int, int]], finished: set[int]) -> int:
    """Walk the runs in order; stop at the first that is not finished."""
    end = base
    for _, last in runs:
        if last not in finished:
            break
        end = last + 1
    return end


@given(readings())
def test_commit_goes_to_the_first_run_that_is_not_finished(
    drawn: tuple[int, list[tuple[int, int]], set[int]],
) -> None:
    base, runs, finished = drawn
    ledger = Ledger(position=base)
    for first, last in runs:
        ledger.enter(first, last)
    assert committable(base, finished, ledger.reach) == model(base, runs, finished)


@given(readings())
def test_forgetting_what_was_committed_changes_nothing_behind_it(
    drawn: tuple[int, list[tuple[int, int]], set[int]],
) -> None:
    base, runs, finished = drawn
    ledger = Ledger(position=base)
    for first, last in runs:
        ledger.enter(first, last)
    end = committable(base, finished, ledger.reach)
    ledger.forget_below(end)
    left = {offset for offset in finished if offset >= end}
    everything = {last for _, last in runs if last >= end}
    assert committable(end, left, ledger.reach) == end
    assert committable(end, everything, ledger.reach) == (runs[-1][1] + 1 if runs else base)


def test_without_a_commit_the_run_begins_at_the_first_record_read() -> None:
    ledger = Ledger()
    ledger.enter(40, 44)
    ledger.enter(47, 47)
    assert ledger.base(None) == 40
    assert committable(40, {44, 47}, ledger.reach) == 48


def test_a_record_past_an_unfinished_one_commits_nothing() -> None:
    assert committable(2585, [2586, 2587, 2588, 2589], {}) == 2585
