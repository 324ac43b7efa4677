import pytest

from sinks.base.status import DrainStatus, lag_of, overall, report


def drain(state: str = "ok", **fields: object) -> DrainStatus:
    status = DrainStatus("mentions", ("mentions",), state=state)
    for name, value in fields.items():
        setattr(status, name, value)
    return status


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["ok", "ok"], "ok"),
        (["ok", "starting"], "starting"),
        (["starting", "degraded", "ok"], "degraded"),
    ],
)
def test_a_process_is_as_well_as_its_worst_drain(states: list[str], expected: str) -> None:
    assert overall([drain(state) for state in states]) == expected


def test_a_silent_broker_degrades_a_drain_that_thinks_it_is_well() -> None:
    assert overall([drain("ok", silence="no Kafka broker answers")]) == "degraded"


def test_lag_counts_what_is_behind_the_written_offset_in_our_partitions_only() -> None:
    zero, one, two = (("mentions", number) for number in range(3))
    assert lag_of({zero: 5, one: 10}, {zero: 8, one: 10, two: 1000}) == 3


def test_the_report_sums_and_names_the_reason() -> None:
    one = drain("degraded", reason="connection refused", rows=7, lag=2)
    summary = report([one, drain(rows=3, lag=1)], pid=11)
    assert (summary["status"], summary["rows"], summary["lag"]) == ("degraded", 10, 3)
    assert summary["detail"] == "mentions: connection refused"
    assert (summary["role"], summary["pid"]) == ("sink", 11)


def test_partitions_of_several_topics_are_told_with_their_names() -> None:
    one = drain(written={("mentions", 1): 5, ("mentions", 0): 5})
    many = DrainStatus("raw_mentions", ("raw.x", "raw.reddit"))
    many.written = {("raw.x", 0): 5, ("raw.reddit", 1): 5}
    tables = report([one, many], pid=11)["tables"]
    assert tables["mentions"]["partitions"] == [0, 1]
    assert tables["raw_mentions"]["partitions"] == ["raw.reddit-1", "raw.x-0"]
