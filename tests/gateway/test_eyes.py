"""Which eyes are open."""

from gateway.eyes import Eyes
from schemas.records import Health


def health(source: str, source_type: str, state: str, known_time: int = 1) -> Health:
    return Health(
        id=f"{source}{known_time}",
        event_time=known_time,
        known_time=known_time,
        source=source,
        source_type=source_type,
        state=state,
    )


def states(*records: Health) -> dict[str, str]:
    eyes = Eyes()
    for record in records:
        eyes.fold(record)
    return {kind["source_type"]: kind["state"] for kind in eyes.by_type()}


def test_a_type_sees_as_long_as_one_source_does() -> None:
    reddit, x = health("reddit", "social", "ok"), health("x", "social", "down")
    assert states(reddit, health("trades", "trade", "ok")) == {"social": "ok", "trade": "ok"}
    assert states(reddit, x) == {"social": "degraded"}
    assert states(reddit, health("x", "social", "disabled")) == {"social": "ok"}
    assert states(x) == {"social": "down"}


def test_the_newest_word_of_a_source_counts() -> None:
    assert states(health("x", "social", "ok", 5), health("x", "social", "down", 4)) == {
        "social": "ok"
    }


def test_without_a_report_there_is_nothing_to_show() -> None:
    assert states() == {}
