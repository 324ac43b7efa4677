"""The board as a fold."""

from hashlib import sha256

from gateway.board import ALERTS_KEPT, FRESH_FOR, POINTS, Board
from gateway.subscription import Subscription
from schemas.clock import MINUTE_MS
from schemas.records import Alert, Heat, StoryEntity
from tests.gateway.builders import TICK, alert, heat

ALL = Subscription()
DAY_OF_TICKS = FRESH_FOR // MINUTE_MS


def board_of(*records: Heat | Alert) -> Board:
    board = Board()
    for seq, record in enumerate(records):
        board.fold(seq, record)
    return board


def names(board: Board, wanted: Subscription = ALL, limit: int = 20) -> list[str]:
    return [row["entity_id"] for row in board.top(wanted, limit)[1]]


def test_the_hottest_come_first_and_ties_go_by_id() -> None:
    board = board_of(heat("b", 1.0), heat("c", 2.0), heat("a", 1.0))
    assert names(board) == ["c", "a", "b"]
    assert [row["rank"] for row in board.top(ALL, 2)[1]] == [1, 2]
    assert board.top(ALL, 2)[0] == 3


def test_a_record_told_twice_or_late_changes_nothing() -> None:
    newer, older = heat("a", 1.0, TICK + 5), heat("a", 2.0, TICK)
    once, again = board_of(older, newer), board_of(older, newer, newer, older)
    assert once.top(ALL, 5) == again.top(ALL, 5)


def test_the_sparkline_keeps_the_newest_points() -> None:
    board = board_of(*(heat("a", 1.0, TICK + n) for n in range(POINTS + 3)))
    (row,) = board.top(ALL, 1)[1]
    assert len(row["history"]) == POINTS
    assert row["history"][-1][0] == row["known_time"]


def test_an_entity_that_went_out_leaves_the_board() -> None:
    assert names(board_of(heat("a", 1.0), heat("b", 1.0), heat("a", 0.0, TICK + 5))) == ["b"]


def test_an_entity_that_is_no_longer_measured_leaves_the_board() -> None:
    stale = board_of(heat("a", 1.0, TICK), heat("b", 1.0, TICK + DAY_OF_TICKS + 1))
    fresh = board_of(heat("a", 1.0, TICK), heat("b", 1.0, TICK + DAY_OF_TICKS))
    assert (names(stale), names(fresh)) == (["b"], ["a", "b"])
    assert len(stale) == 1


def test_drills_are_not_shown() -> None:
    board = board_of(heat("a", 1.0, test=True), alert("a", test=True))
    assert names(board) == []
    assert board.alerts(ALL, 5) == (0, [])
    assert board.seq == 1


def test_an_alert_is_its_latest_step_with_all_its_steps_in_order() -> None:
    board = board_of(
        alert("a", 1, "updated", TICK + 5), alert("a", 0), alert("b", 0, tick=TICK + 9)
    )
    total, told = board.alerts(ALL, 5)
    assert total == 2
    assert [one["entity_id"] for one in told] == ["b", "a"]
    assert told[1]["kind"] == "updated"
    assert [step["kind"] for step in told[1]["steps"]] == ["opened", "updated"]


def test_a_row_knows_the_alert_of_its_episode() -> None:
    step = alert("a", 0)
    board = board_of(step, heat("a", episode_id=step.episode_id), heat("b"))
    alerts = {row["entity_id"]: row["alert"] for row in board.top(ALL, 5)[1]}
    assert alerts["a"]["alert_id"] == step.alert_id
    assert alerts["b"] is None


def test_old_alerts_make_room() -> None:
    board = board_of(*(alert(f"e{n}") for n in range(ALERTS_KEPT + 2)))
    assert board.alerts(ALL, 1)[0] == ALERTS_KEPT


def test_filters_hold_for_the_list() -> None:
    board = board_of(heat("a", 1.0), heat("b", 2.0, entity_type="film"), alert("b"))
    assert names(board, Subscription(category=frozenset({"film"}))) == ["b"]
    assert names(board, Subscription(min_heat=1.5)) == ["b"]
    assert names(board, Subscription(entity="a")) == ["a"]


def test_an_alert_is_found_by_every_name_of_its_story() -> None:
    lead, joined, stranger = (heat(name, episode_id=f"of-{name}") for name in "abc")
    both = tuple(
        StoryEntity(entity_id=h.entity_id, name=h.entity_name, episode_id=h.episode_id or "")
        for h in (lead, joined)
    )
    step = alert("a", episode_id=lead.episode_id, entities=both)
    board = board_of(lead, joined, stranger, step)
    rows = {row["entity_id"]: row["alert"] for row in board.top(ALL, 9)[1]}
    assert rows["a"]["alert_id"] == rows["b"]["alert_id"] == step.alert_id
    assert rows["c"] is None
    assert board.alerts(Subscription(entity="b"), 9)[0] == 1
    assert board.alerts(Subscription(entity="c"), 9)[0] == 0


def test_a_snapshot_can_be_checked_by_its_ids() -> None:
    first, second, step = heat("a", 1.0), heat("b", 2.0), alert("a")
    taken = board_of(first, second, step).snapshot(ALL)
    ids = [second.id, first.id, step.id]
    assert [record.id for record in taken["records"]] == ids
    assert taken["checksum"] == sha256("\n".join(ids).encode()).hexdigest()
    assert board_of(first, step).snapshot(Subscription(kinds=frozenset({"alerts"})))["total"] == 1


def test_one_simulated_row_labels_the_board() -> None:
    plain = heat("a")
    made_up = heat("b", receipts=(plain.receipts[0].__class__(
        mention_id="m", source="file", source_type="news", outlet="BBC (simulated)", title="",
        url=None, event_time=1, known_time=1,
    ),))  # fmt: skip
    assert not board_of(plain).simulated
    assert board_of(plain, made_up).simulated
