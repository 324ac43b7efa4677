"""Keeps programs running: starts them, sees them ready, starts again what ended, stops all."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from deploy.local.child import NEEDS_A_PERSON, Child, Program, describe_exit
from deploy.local.home import Running

STEADY_AFTER = 60.0  # Seconds of running after which earlier falls are forgotten.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEP_EVERY = 0.2
LONGEST_QUOTE = 160


class Phase(StrEnum):
    """What a program is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTING = "resting"  # fell, will be started again
    STOPPED = "stopped"


@dataclass(slots=True)
class Post:
    """One program and how it fares."""

    program: Program
    child: Child | None = None
    phase: Phase = Phase.STOPPED
    why: str = ""
    falls: int = 0  # in a row
    restarts: int = 0  # in all
    due: float = 0.0  # when resting: the time of the next start
    look_again: float = 0.0

    @classmethod
    def taken_over(cls, child: Child) -> "Post":
        """For a child that somebody else started and saw ready."""
        return cls(child.program, child, Phase.READY)


def pause_before(falls: int, exit_code: int | None = None) -> float:
    """Seconds to rest after so many falls in a row: doubling, with a ceiling.

    What needs a person is tried seldom from the start: the setting or the server may be mended.
    """
    if exit_code in NEEDS_A_PERSON:
        return LONGEST_PAUSE
    return float(min(FIRST_PAUSE * 2 ** min(falls - 1, 10), LONGEST_PAUSE))


class Supervisor:
    """Watches its posts, one step at a time, on the main thread.

    `changed` is called with a post after each change of it; the supervisor never gives one up.
    """

    def __init__(
        self, parts: Iterable[Post], roles: Iterable[Post], changed: Callable[[Post], None]
    ) -> None:
        self.parts = list(parts)
        self.roles = list(roles)
        self._changed = changed

    @property
    def posts(self) -> list[Post]:
        """Parts first: the roles stand on them."""
        return [*self.parts, *self.roles]

    @property
    def all_ready(self) -> bool:
        return all(post.phase is Phase.READY for post in self.posts)

    def children(self) -> tuple[Running, ...]:
        """The processes that run now."""
        alive = ((post.program.name, post.child) for post in self.posts if post.child)
        return tuple(Running(name, child.pid, child.born) for name, child in alive)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Step until asked to stop."""
        while not stopping():
            self.step(time.monotonic())
            time.sleep(STEP_EVERY)

    def step(self, now: float) -> None:
        """Look at each post once."""
        for post in self.posts:
            if post.child is not None and post.child.exit_code is not None:
                self._rest(post, now)
            elif post.phase is Phase.STOPPED or (post.phase is Phase.RESTING and now >= post.due):
                self._start(post)
            elif post.phase in {Phase.STARTING, Phase.READY} and now >= post.look_again:
                self._look(post, now)

    def _start(self, post: Post) -> None:
        if post.program.health_file:
            post.program.health_file.unlink(missing_ok=True)
        post.restarts += post.phase is Phase.RESTING
        post.child = Child(post.program)
        self._change(post, Phase.STARTING, "")

    def _rest(self, post: Post, now: float) -> None:
        """It ended, though nobody asked it to."""
        child, post.child = post.child, None
        if child is None:
            return
        child.wait_stopped(0)  # It has ended; what it started may not have.
        steady = now - child.started_at > STEADY_AFTER
        post.falls = 1 if steady else post.falls + 1
        pause = pause_before(post.falls, child.exit_code)
        post.due = now + pause
        last = child.last_words(1).strip()[:LONGEST_QUOTE]
        why = f"{describe_exit(child.exit_code)}; again in {pause:g} s; last words: {last}"
        self._change(post, Phase.RESTING, why)

    def _look(self, post: Post, now: float) -> None:
        """Ask whether it is ready: soon again while it starts, now and then afterwards."""
        if post.phase is Phase.READY and post.program.look_every is None:
            return
        missing = post.program.ready()
        post.look_again = now + (post.program.look_every or 0.0 if missing is None else 0.5)
        if missing is None:
            self._change(post, Phase.READY, "")
        else:
            self._change(post, Phase.STARTING, f"waiting for {missing}")

    def _change(self, post: Post, phase: Phase, why: str) -> None:
        if (post.phase, post.why) != (phase, why):
            post.phase, post.why = phase, why
            self._changed(post)

    def stop(self, hurried: Callable[[], bool] = lambda: False) -> None:
        """Stop the roles, then one part after the other; at once if hurried."""
        self._stop_together(self.roles, hurried)
        for part in reversed(self.parts):
            self._stop_together([part], hurried)

    def _stop_together(self, posts: list[Post], hurried: Callable[[], bool]) -> None:
        """Ask all, last first; kill what has not ended when its own time is up."""
        asked = time.monotonic()
        running = list(reversed(posts))
        for post in running:
            if post.child is not None:
                post.child.ask_to_stop()
        while running:
            for post in [*running]:
                over = time.monotonic() - asked > post.program.stop_within or hurried()
                if self._ended(post, over):
                    running.remove(post)
            time.sleep(STEP_EVERY / 4)

    def _ended(self, post: Post, over: bool) -> bool:
        child = post.child
        if child is None:
            self._change(post, Phase.STOPPED, "")
            return True
        if child.exit_code is None and not over:
            return False
        killed = child.exit_code is None
        child.wait_stopped(0)
        post.child = None
        within = f"{post.program.stop_within:g} s"
        self._change(post, Phase.STOPPED, f"killed: had not stopped in {within}" if killed else "")
        return True
