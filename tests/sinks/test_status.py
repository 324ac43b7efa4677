import pytest

from sinks.base.status import DrainStatus, lag_of, overall, report


def drain(state: str = "ok", **fields: object) -> DrainStatus:
    status = DrainStatus("mentions", "mentions", state=state)
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
    assert lag_of({0: 5, 1: 10}, {0: 8, 1: 10, 2: 1000}) == 3


def test_the_report_sums_and_names_the_reason() -> None:
    one = drain("degraded", reason="connection refused", rows=7, lag=2)
    summary = report([one, drain(rows=3, lag=1)], pid=11)
    assert (summary["status"], summary["rows"], summary["lag"]) == ("degraded", 10, 3)
    assert summary["detail"] == "mentions: connection refused"
    assert (summary["role"], summary["pid"]) == ("sink", 11)
