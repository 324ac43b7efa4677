"""What headers say is left, in the spellings that sources use."""

import pytest

from producers.base.limits.told import told_by
from tests.producers.builders import NOON

NOON_S = NOON // 1000


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, {}),
        ({"X-Ratelimit-Remaining": "596.0", "X-Ratelimit-Reset": "300"}, (596.0, 300.0)),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(NOON_S + 60)}, (0.0, 60.0)),
        ({"x-ratelimit-remaining": "5", "x-ratelimit-reset": str(NOON + 2500)}, (5.0, 2.5)),
        ({"RateLimit": '"default";r=50;t=30'}, (50.0, 30.0)),
        ({"ratelimit": "limit=100, remaining=7, reset=9"}, (7.0, 9.0)),
        ({"x-ratelimit-remaining": "9", "ratelimit-remaining": "3"}, (3.0, None)),
        ({"x-ratelimit-remaining": "-2"}, (0.0, None)),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-reset": "5"}, {}),
        ({"x-ratelimit-remaining": "nan"}, {}),
        ({"x-ratelimit-reset": "5"}, {}),
    ],
)
def test_remaining_and_reset_are_read_in_every_spelling(
    headers: dict[str, str], told: dict[str, float] | tuple[float, float | None]
) -> None:
    if isinstance(told, tuple):
        names = zip(("remaining", "reset"), told, strict=True)
        told = {name: number for name, number in names if number is not None}
    assert told_by(headers, NOON) == told


def test_moment_is_read_by_the_clock_of_the_source() -> None:
    headers = {
        "date": "Sun, 01 Mar 2026 11:59:00 GMT",  # a minute behind ours
        "x-rate-limit-remaining": "1",
        "x-rate-limit-reset": str(NOON_S),
    }
    assert told_by(headers, NOON) == {"remaining": 1.0, "reset": 60.0}
    assert told_by({**headers, "date": "yesterday"}, NOON)["reset"] == 0.0
