"""`heat producers run reddit` as a person runs it: PRAW over the base's session, one upstream."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.producers.reddit_server import (
    API,
    KEYS,
    TOKEN_PATH,
    FakeReddit,
    listing,
    post,
    reddit,
)

SOURCES = """
sources:
  reddit: {subreddits: [movies, kpop], all: false, listings: [new], comments: false}
"""
SECRET = "invented-secret"


@pytest.fixture
def fake() -> Iterator[FakeReddit]:
    with reddit() as made:
        yield made


def run(fake: FakeReddit, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    chosen = folder / "sources.yml"
    chosen.write_text(SOURCES)
    settings = {
        "HEAT_PRODUCER__UPSTREAM": fake.address,
        "HEAT_PRODUCER__SOURCES": str(chosen),
        "HEAT_STACK__HOME": str(folder),
        "HEAT_LOG__LEVEL": "DEBUG",
    }
    command = [sys.executable, "-m", "producers", "run", "reddit", "--once", "--dry-run"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEAT_")}
    return subprocess.run(
        command, env=kept | settings | more, capture_output=True, text=True, timeout=60, check=False
    )


def with_keys() -> dict[str, str]:
    name, secret = KEYS.reddit_client_id, KEYS.reddit_client_secret
    assert name is not None
    assert secret is not None
    return {
        "HEAT_KEYS__REDDIT_CLIENT_ID": name.get_secret_value(),
        "HEAT_KEYS__REDDIT_CLIENT_SECRET": secret.get_secret_value(),
    }


def test_posts_come_through_praw_and_no_key_is_told(fake: FakeReddit, tmp_path: Path) -> None:
    fake.says(f"{API}/r/movies+kpop/new", listing(post(1), post(2)))
    ended = run(fake, tmp_path, **with_keys())
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [mention["native_id"] for mention in told] == ["t3_000001", "t3_000002"]
    assert fake.asked[0] == TOKEN_PATH
    assert "invented" not in ended.stdout + ended.stderr


def test_secret_that_is_wrong_disables_the_source_and_is_not_repeated(
    fake: FakeReddit, tmp_path: Path
) -> None:
    fake.says(TOKEN_PATH, (401, {}, b'{"message": "Unauthorized", "error": 401}'))
    ended = run(fake, tmp_path, **with_keys())
    assert ended.returncode != 0
    assert "Reddit does not accept our keys or token" in ended.stderr
    assert SECRET not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
