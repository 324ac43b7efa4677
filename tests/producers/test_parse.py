"""`heat producers parse`, as a person or a script meets it."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

FEED = Path(__file__).parent / "fixtures/trades/wordpress.xml"
Ended = subprocess.CompletedProcess[bytes]


def parse(*arguments: object, given: bytes = b"") -> tuple[Ended, list[dict[str, Any]]]:
    ended = subprocess.run(
        [sys.executable, "-m", "producers", "parse", *map(str, arguments)],
        input=given, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert b"Traceback" not in ended.stderr
    return ended, [json.loads(line) for line in ended.stdout.splitlines()]


def test_mentions_and_errors_come_as_lines_and_the_exit_code_tells(tmp_path: Path) -> None:
    throttled = tmp_path / "throttled.json"
    throttled.write_text(
        json.dumps({"status": {"code": 429}, "headers": {"Retry-After": ["9"]}, "body": "wait"})
    )
    packed = tmp_path / "feed.xml.gz"
    packed.write_bytes(gzip.compress(FEED.read_bytes()))
    ended, lines = parse("trades", packed, throttled, FEED, "--at", "2026-03-01T12:00:00Z")
    assert ended.returncode == 1
    mentions = [line for line in lines if "error" not in line]
    assert len({m["id"] for m in mentions}) == len(mentions) == 4
    assert {m["known_time"] for m in mentions} == {1_772_366_400_000}
    (refused,) = [line for line in lines if "error" in line]
    assert refused == {
        "error": "ThrottledError",
        "message": "HTTP 429",
        "recovery": "throttle",
        "retry_after": 9.0,
        "file": str(throttled),
    }


def test_standard_input_is_read_and_all_well_is_0() -> None:
    ended, lines = parse("trades", "-", given=FEED.read_bytes())
    assert (ended.returncode, len(lines)) == (0, 4)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gossip", FEED), "unknown source 'gossip'"),
        (("trades", "/nowhere/body.xml"), "/nowhere/body.xml: No such file"),
        (("trades", FEED, "--at", "noon"), "--at 'noon'"),
        (("trades",), "Missing argument"),
    ],
)
def test_wrong_usage_ends_with_2(
    producers_here: Callable[..., Result], arguments: tuple[object, ...], says: str
) -> None:
    ended = producers_here("parse", *arguments)
    assert ended.exit_code == 2
    assert says in ended.stderr
    assert isinstance(ended.exception, SystemExit)
