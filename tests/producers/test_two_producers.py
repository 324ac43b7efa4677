"""Two processes of one source: one asks, the other stands by and goes on when that is killed."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.producers.conftest import Log
from tests.producers.test_kills import WITHIN_S, World, say, wait_until
from tests.producers.upstream import Upstream, serving

POLLS = 4


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving() as made:
        yield made


@contextmanager
def known_as(world: World, name: str, *more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A producer that tells the upstream which of them it is."""
    world._environment["HEAT_PRODUCER__USER_AGENT"] = name
    with world.producer(*more) as producer:
        yield producer


@pytest.mark.soak
def test_of_two_processes_one_asks_and_the_other_goes_on_when_it_is_killed(
    log: Log, redis_url: str, upstream: Upstream, tmp_path: Path
) -> None:
    world = World(log, upstream, redis_url, tmp_path)
    say(upstream, 2)

    def asked_by(name: str) -> int:
        return sum(headers["user-agent"] == name for _, headers in upstream.asked)

    with known_as(world, "first") as first:
        wait_until("the first polls", lambda: asked_by("first") > 0)
        with known_as(world, "second") as second:
            with known_as(world, "once", "--once") as once:
                assert once.stderr
                assert b"another process polls trades" in once.stderr.read()
                assert once.wait(WITHIN_S) > 0
            before = asked_by("first")
            wait_until("more polls", lambda: asked_by("first") >= before + 2 * POLLS)
            assert (asked_by("second"), asked_by("once")) == (0, 0)
            first.send_signal(signal.SIGKILL)
            first.wait(WITHIN_S)
            at_its_end = asked_by("first")
            wait_until("the second polls", lambda: asked_by("second") >= 2 * POLLS)
            assert asked_by("first") == at_its_end
            assert second.poll() is None
    published = world.published()
    assert len(published) == len(set(published)) == 4
