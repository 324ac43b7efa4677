"""Views for people, held against figures worked out by hand from the few rows that are written."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from schemas.records import Action, Audit, Budget, Health, TradePickup
from sinks.actions import ACTIONS
from sinks.alerts import ALERTS
from sinks.audit import AUDIT
from sinks.budget import BUDGET
from sinks.health import HEALTH
from sinks.heat import HEAT
from sinks.mentions import MENTIONS
from tests.sinks.builders import alert, heat, mention
from tests.sinks.schema.rows import Session, all_of, at, day, one, write

HOUR_MS = 3_600_000
NOON = at("2025-12-01 12:00")


def reading(entity: str, moment: int, value: float, **changes: Any) -> Any:
    return heat(
        0, id=f"{entity}-{moment}", known_time=moment, event_time=moment, entity_id=entity,
        entity_name=entity.title(), heat=value, display=40 * value, **changes,
    )  # fmt: skip


def story(number: int, opened: str, lead_hours: float | None = None, **changes: Any) -> Any:
    """Its opening alone, or its opening and the step in which a trade had it."""
    base = {"alert_id": f"alert-{number}", "known_time": at(opened), "event_time": at(opened)}
    first = alert(0, **{**base, "id": f"alert-{number}-0", "trade": None, **changes})
    if lead_hours is None:
        return [first]
    lead = round(lead_hours * HOUR_MS)
    pickup = TradePickup(
        mention_id="m", outlet="Variety", title="Now we know", url=None,
        event_time=at(opened) + lead, lead_ms=lead,
    )  # fmt: skip
    then = {**base, "id": f"alert-{number}-1", "known_time": at(opened) + max(lead, 0) + 1}
    return [first, alert(1, **{**then, "kind": "confirmed", "trade": pickup, **changes})]


def vote(number: int, actor: str, opinion: str, when: int = 0, **changes: Any) -> Action:
    return Action(
        id=f"{number}-{actor}-{when}", event_time=NOON + when, known_time=NOON + when,
        source="slack", action="vote", actor=actor, alert_id=f"alert-{number}",
        attributes={"vote": opinion}, **changes,
    )  # fmt: skip


def test_the_top_is_of_the_last_hour_and_each_entity_is_there_once(session: Session) -> None:
    write(session, HEAT, [
        reading("ayo", NOON - 10 * 60_000, 2.4), reading("ayo", NOON, 1.0),
        reading("bo", NOON - 5 * 60_000, 1.5), reading("cy", NOON, 1.0),
        reading("stale", NOON - 61 * 60_000, 2.5), reading("drill", NOON, 2.5, test=True),
    ])  # fmt: skip
    top = all_of(
        session, "SELECT rank, entity_name, heat, display, read_at FROM v_top_now ORDER BY 1, 2"
    )
    assert top == [
        (1, "Bo", 1.5, 60.0, day("2025-12-01 11:55")),
        (2, "Ayo", 1.0, 40.0, day("2025-12-01 12:00")),
        (2, "Cy", 1.0, 40.0, day("2025-12-01 12:00")),
    ]


def test_a_timeline_has_mentions_heat_and_alerts_of_each_hour(session: Session) -> None:
    of = {"entity_id": "ayo", "entity_name": "Ayo"}
    write(session, MENTIONS, [
        mention(1, known_time=NOON, source_type="social", **of),
        mention(2, known_time=NOON + 1, source_type="social", **of),
        mention(3, known_time=NOON + 2, source_type="news", **of),
        mention(4, known_time=NOON + 3, source_type="trade", **of),
        mention(5, known_time=NOON + HOUR_MS, source_type="short-video", **of),
        mention(6, known_time=NOON, entity_id="bo"),
    ])  # fmt: skip
    write(session, HEAT, [reading("ayo", NOON, 1.0), reading("ayo", NOON + 300_000, 2.0)])
    write(session, ALERTS, story(1, "2025-12-01 13:30", 1.0, entity_id="ayo"))
    assert all_of(
        session,
        """SELECT hour, mentions, social, news, video, trade, avg_heat, max_heat, told
           FROM v_entity_timeline WHERE entity_id = 'ayo' ORDER BY hour""",
    ) == [
        (day("2025-12-01 12:00"), 3, 2, 1, None, 1, 1.5, 2.0, None),
        (day("2025-12-01 13:00"), 1, None, None, 1, None, None, None, "opened"),
        (day("2025-12-01 14:00"), None, None, None, None, None, None, None, "confirmed"),
    ]


def test_the_health_of_a_source_is_its_last_word_and_its_calls_of_a_day(session: Session) -> None:
    def call(number: int, operation: str, hours_ago: float = 1.0, **changes: Any) -> Audit:
        moment = NOON - round(hours_ago * HOUR_MS)
        return Audit(
            id=f"call-{number}", event_time=moment, known_time=moment, source="reddit",
            source_type="social", operation=operation, address="host/path", **changes,
        )  # fmt: skip

    def word(source: str, state: str, moment: int) -> Health:
        return Health(
            id=f"{source}-{moment}", event_time=moment, known_time=moment, source=source,
            source_type="social", state=state, last_success=NOON,
        )  # fmt: skip

    write(session, AUDIT, [
        call(1, "fetch", 0.0, mentions=5, duration_ms=100),
        call(2, "fetch", mentions=2, duration_ms=300),
        call(3, "cache-hit"), call(4, "failed"), call(5, "refused"), call(6, "failed", 25.0),
        call(7, "failed", test=True),
    ])  # fmt: skip
    write(
        session,
        HEALTH,
        [
            word("reddit", "ok", NOON - 1),
            word("reddit", "degraded", NOON),
            word("x", "disabled", NOON),
        ],
    )
    assert all_of(
        session,
        """SELECT source, state, calls, cache_hits, failed, held_back, failed_share, mentions,
                  median_ms
           FROM v_source_health ORDER BY source""",
    ) == [
        ("reddit", "degraded", 4, 1, 1, 1, 0.25, 7, 200.0),
        ("x", "disabled", 0, 0, 0, 0, None, 0, None),
    ]


def test_a_month_of_a_budget_is_the_last_word_of_each_of_its_windows(session: Session) -> None:
    def spent(window: str, settled: float, moment: int, **changes: Any) -> Budget:
        fields = {"unit": "units", "ceiling": 100.0, "reserved": 0.0, "state": "ok", **changes}
        return Budget(
            id=f"{window}-{moment}", event_time=moment, known_time=moment, source="youtube",
            source_type="video", window=window, settled=settled, **fields,
        )  # fmt: skip

    write(session, BUDGET, [
        spent("2025-12-01", 10, NOON), spent("2025-12-01", 40, NOON + 1, reserved=5.0),
        spent("2025-12-02", 100, NOON + 2, state="exhausted"), spent("2025-11-30", 1, NOON - 1),
    ])  # fmt: skip
    assert all_of(
        session,
        """SELECT month, windows, ceiling, settled, reserved, share, left_over, exhausted
           FROM v_budget_month ORDER BY month""",
    ) == [
        ("2025-11", 1, 100.0, 1.0, 0.0, 0.01, 99.0, 0),
        ("2025-12", 2, 200.0, 140.0, 5.0, 0.7, 55.0, 1),
    ]


def test_votes_count_once_per_person_and_the_last_one_counts(session: Session) -> None:
    for number in range(1, 5):
        write(session, ALERTS, story(number, "2025-12-01 10:00"))
    drill = vote(4, "cat", "useful", test=True)
    write(session, ACTIONS, [
        vote(1, "ann", "useless"), vote(1, "ann", "useful", 1), vote(1, "bob", "useful"),
        vote(1, "cat", "useless"), vote(2, "ann", "useful"), vote(2, "bob", "useless"),
        vote(3, "ann", "useless"), drill,
        msgspec.structs.replace(vote(3, "dan", "", 5), action="assign", id="deed", attributes={}),
    ])  # fmt: skip
    assert all_of(
        session,
        """SELECT alert_id, useful_votes, other_votes, verdict, assigned, opened_at
           FROM v_alerts_with_votes ORDER BY 1""",
    ) == [
        ("alert-1", 2, 1, "useful", 0, day("2025-12-01 10:00")),
        ("alert-2", 1, 1, "split", 0, day("2025-12-01 10:00")),
        ("alert-3", 0, 1, "not useful", 1, day("2025-12-01 10:00")),
        ("alert-4", 0, 0, None, 0, day("2025-12-01 10:00")),
    ]


def test_leads_and_the_kpis_of_a_day(session: Session) -> None:
    write(session, HEAT, [reading("ayo", at("2025-12-05 12:00"), 1.0)])  # what now is
    for records in (
        story(1, "2025-12-01 10:00", 3.0), story(2, "2025-12-01 11:00", 0.5),
        story(3, "2025-12-01 12:00", -1.0), story(4, "2025-12-01 23:00"),
        story(5, "2025-12-05 01:00"), story(6, "2025-12-01 10:00", 9.0, test=True),
    ):  # fmt: skip
        write(session, ALERTS, records)
    write(session, ACTIONS, [vote(1, "ann", "useful"), vote(2, "ann", "useless")])
    leads = all_of(
        session, "SELECT alert_id, lead_hours, outcome, outlet FROM v_lead_times ORDER BY 1"
    )
    assert leads == [
        ("alert-1", 3.0, "early", "Variety"), ("alert-2", 0.5, "close", "Variety"),
        ("alert-3", -1.0, "echo", "Variety"), ("alert-4", None, "none", None),
        ("alert-5", None, "pending", None),
    ]  # fmt: skip
    assert all_of(
        session,
        """SELECT day, alerts, early, close, echo, pending, no_pickup, early_share,
                  median_lead_hours, with_lead, voted, useful, useful_share, retracted
           FROM v_kpi_daily ORDER BY day""",
    ) == [
        (day("2025-12-01"), 4, 1, 1, 1, 0, 1, 0.25, 0.5, 3, 2, 1, 0.5, 0),
        (day("2025-12-05"), 1, 0, 0, 0, 1, 0, None, None, 0, 0, 0, None, 0),
    ]


def test_now_is_the_newest_reading_and_the_wall_clock_before_there_is_one(session: Session) -> None:
    assert one(session, "SELECT now() - as_of FROM v_as_of") == timedelta(0)
    write(session, HEAT, [reading("ayo", NOON, 1.0)])
    assert one(session, "SELECT as_of FROM v_as_of") == day("2025-12-01 12:00")


@pytest.mark.parametrize("kind", ["relation", "column"])
def test_every_view_for_people_says_what_it_is(session: Session, kind: str) -> None:
    """Each view; and of each some column, for names that do not speak for themselves."""
    which = "= 0" if kind == "relation" else "> 0"
    told = all_of(
        session,
        f"""SELECT relname, count(description) FROM pg_class
            LEFT JOIN pg_description ON objoid = oid AND objsubid {which}
            WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
              AND (relname LIKE 'v\\_%' OR relname IN ('daily_heat', 'hourly_mentions'))
            GROUP BY relname""",
    )
    assert len(told) == 10
    assert [name for name, comments in told if not comments] == []
