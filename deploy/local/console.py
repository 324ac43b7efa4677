"""What a person sees of the stack: one line a role, and a bar while jars are fetched."""

import contextlib
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from deploy.local.stack import Telling
from deploy.local.supervisor import Phase, Post

COLOURS = {
    Phase.READY: "green",
    Phase.STARTING: "yellow",
    Phase.RESTING: "red",
    Phase.STOPPED: "dim",
}


def say(console: Console, words: str, style: str | None = None) -> None:
    """One plain line. A terminal that is gone must not keep the children from being stopped."""
    with contextlib.suppress(OSError):
        console.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


class Board:
    """Rows that change in place on a terminal; elsewhere one plain line for each change."""

    def __init__(self, console: Console, posts: Iterable[Post] = ()) -> None:
        self._console = console
        self._posts = list(posts)
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._told: dict[str, Phase] = {}

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            with contextlib.suppress(OSError):
                self._live.stop()

    def changed(self, post: Post) -> None:
        """Show how the post fares now."""
        if self._live:
            with contextlib.suppress(OSError):
                self._live.update(rows(self._posts), refresh=True)
        elif self._is_news(post):
            self._told[post.program.name] = post.phase
            words = f"{post.program.name:<16} {post.phase:<9} {post.why}".rstrip()
            say(self._console, words)

    def _is_news(self, post: Post) -> bool:
        """Starting is worth a line at first, and when what was ready is not any more."""
        told = self._told.get(post.program.name)
        return post.phase is not Phase.STARTING or told in {None, Phase.READY}


def rows(posts: Iterable[Post]) -> Table:
    """One row a post."""
    table = Table.grid(padding=(0, 2))
    for post in posts:
        colour = COLOURS[post.phase]
        again = f"restarted {post.restarts}x" if post.restarts else ""
        notes = "; ".join(filter(None, (again, post.why)))
        table.add_row(post.program.name, f"[{colour}]{post.phase}[/]", escape(notes))
    return table


class FetchBar:
    """A bar on a terminal; elsewhere a line at the start and one for each quarter."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, done: int, wanted: int) -> None:
        if not self._console.is_terminal:
            self._plain(done, wanted)
            return
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=self._console)
            self._bar.start()
            self._task = self._bar.add_task("Fetching Apache Kafka (once)", total=wanted)
        if self._task is not None:
            self._bar.update(self._task, completed=done)
        if done == wanted:
            self.close()

    def _plain(self, done: int, wanted: int) -> None:
        if done == 0:
            say(self._console, f"Fetching Apache Kafka (once): {wanted} jars, about 45 MB")
        elif done == wanted or done % max(1, wanted // 4) == 0:
            say(self._console, f"  {done} of {wanted} jars")

    def close(self) -> None:
        """Leave the terminal as it was, also after an error."""
        if self._bar:
            with contextlib.suppress(OSError):
                self._bar.stop()


def telling(console: Console, bar: FetchBar) -> Telling:
    """The stack's words, on this console."""
    return Telling(lambda words: say(console, words), bar)
