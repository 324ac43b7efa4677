"""No table is written for a partition that may have another owner by now.

At-least-once has no fencing: a worker that was frozen longer than its session wakes up and writes
its old state into the changelog behind the new owner's, where nothing shows it.
"""

from time import monotonic
from typing import Any, Final, Protocol

from mode import Service

from streams.runtime import exits
from streams.runtime.lane import Chunk

SAFE_SHARE: Final = 0.8  # of the session timeout
BEAT_EVERY: Final = 0.5


class Pulse:
    """When this process was last seen to be alive, by itself."""

    def __init__(self, now: float) -> None:
        self._last = now

    def beat(self, now: float) -> None:
        self._last = now

    def silence(self, now: float) -> float:
        return now - self._last


def doubt(
    *,
    chunk_age: float,
    silence: float,
    session: float,
    chunk_generation: int,
    generation: int,
    given_up: bool = False,
) -> str | None:
    """Why the chunk's partition may have a new owner, or None."""
    if given_up:
        return f"the partitions of generation {generation} were given up"
    if chunk_generation != generation:
        return f"the group is at generation {generation}, the chunk is of {chunk_generation}"
    if chunk_age > SAFE_SHARE * session:
        return f"the chunk is {chunk_age:.1f} s old in a session of {session:g} s"
    if silence > SAFE_SHARE * session:
        return f"the process stood still for {silence:.1f} s in a session of {session:g} s"
    return None


class FencedApp(Protocol):
    """What `fence` needs of an app."""

    conf: Any
    pulse: Pulse
    consumer_generation_id: int
    given_up: bool


def fence(app: FencedApp, chunk: Chunk) -> None:
    """End the process if `chunk` is no longer surely ours.

    Call it between the acknowledged outputs and the table writes, with no await after it.
    """
    now = monotonic()
    why = doubt(
        chunk_age=now - chunk.began,
        silence=app.pulse.silence(now),
        session=app.conf.broker_session_timeout,
        chunk_generation=chunk.generation,
        generation=app.consumer_generation_id,
        given_up=app.given_up,
    )
    if why is not None:
        exits.fail_stop(f"fenced off {chunk.tp.topic}-{chunk.tp.partition}: {why}")


class Heartbeat(Service):
    """Beats the pulse; a beat that comes too late is itself a reason to stop."""

    def __init__(self, app: Any, **kwargs: Any) -> None:
        self.app = app
        super().__init__(**kwargs)

    @Service.task
    async def _beat(self) -> None:
        self.app.pulse.beat(monotonic())  # what came before the start is no silence
        while not self.should_stop:
            await self.sleep(BEAT_EVERY)
            now = monotonic()
            session = self.app.conf.broker_session_timeout
            if self.app.pulse.silence(now) > SAFE_SHARE * session:
                exits.fail_stop(f"the process stood still for {self.app.pulse.silence(now):.1f} s")
            self.app.pulse.beat(now)
