"""A bar with the time left, for those who wait at a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@contextmanager
def watching(
    console: Console, words: str, unit: str = "intervals"
) -> Iterator[Callable[[int, int], None]]:
    """Call it with what is done and what there is to do. Silent where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn(unit), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True,
                  disable=not console.is_terminal) as bar:
        line = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(line, completed=done, total=total)
