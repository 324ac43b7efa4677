"""The archive: files that have words of those who are sought, written anew without them.

The entries stay as they are: they hold digests, not words. A later entry puts the new file in the
place of the old one and counts what was blanked, so the chain can be proved before and after.
"""

from collections.abc import Iterator
from typing import Final

from schemas.clock import Millis
from sinks.archive.chain import Chain, OvertakenError, in_range, opened, topics_of
from sinks.archive.container import UNREADABLE, Row, Writing, rows
from sinks.archive.forgotten import ASKED, ForgottenList
from sinks.archive.manifest import Entry, File, Holding
from sinks.archive.segment import rewritten
from sinks.archive.store import Store
from sinks.forget.report import Place
from sinks.forget.sought import Sought
from sinks.forget.topics import MADE_OF_RAW, QUOTING, RAW, Watch

WITH_WORDS: Final = (*RAW, *MADE_OF_RAW, *QUOTING)


class Sealed:
    """One archive, of one namespace's topics."""

    def __init__(self, store: Store, namespace: str) -> None:
        self._store = store
        self._prefix = f"{namespace}." if namespace else ""
        self._list = ForgottenList(store)

    def forgotten_before(self) -> frozenset[str]:
        """Raw ids of all that were forgotten at any time."""
        return self._list.now().raw_ids

    def learn(self, sought: Sought, watch: Watch) -> None:
        """Raw topics first: what was made of a mention is known by its id."""
        for names in (MADE_OF_RAW if sought.ids else (), RAW, MADE_OF_RAW):
            for file, row in self._rows(names, None, watch):
                sought.learn(file.kind, row)

    def find(self, sought: Sought, watch: Watch) -> Iterator[Place]:
        for file, row in self._rows(WITH_WORDS, sought.since, watch):
            if sought.speaks(file.kind, row):
                yield Place(
                    store="archive",
                    where=file.path,
                    kind=file.kind,
                    id=row["id"],
                    at=f"{row['_partition']}/{row['_offset']}",
                )

    def remember(self, sought: Sought, now: Millis) -> None:
        """What reaches the archive late is held against the list; what somebody left half done
        when they forgot is finished."""
        for topic in self._topics(WITH_WORDS):
            Chain(self._store, topic).mend(now)
        self._list.add(sought.gone, ASKED, now)

    def blank(self, sought: Sought, paths: set[str], now: Millis, watch: Watch) -> int:
        """The number of records in these files that lost their words."""
        count = 0
        for number, path in enumerate(sorted(paths), start=1):
            count += self._rewrite(path, sought, now)
            watch(number, len(paths))
        return count

    def _rewrite(self, path: str, sought: Sought, now: Millis) -> int:
        """Behind whatever was sealed meanwhile; nothing when somebody else was faster."""
        chain = Chain(self._store, path.split("/", 1)[0])
        file = chain.holding().files.get(path)
        if file is None:
            return 0
        with opened(self._store, file) as body:
            fresh = rewritten(body, file, sought.gone)
        try:
            return _replaced(chain, file, fresh, now)
        finally:
            fresh.close()

    def _topics(self, names: tuple[str, ...]) -> list[str]:
        there = set(topics_of(self._store))
        return [full for name in names if (full := self._prefix + name) in there]

    def _rows(
        self, names: tuple[str, ...], since: Millis | None, watch: Watch
    ) -> Iterator[tuple[File, Row]]:
        for topic in self._topics(names):
            held: Holding = Chain(self._store, topic).holding()
            wanted = [
                f
                for f in in_range(list(held.files.values()), since, None)
                if f.kind not in (UNREADABLE, "tick")
            ]
            for number, file in enumerate(wanted, start=1):
                with opened(self._store, file) as body:
                    yield from ((file, row) for row in rows(body, file.path))
                watch(number, len(wanted))


def _replaced(chain: Chain, file: File, fresh: Writing, now: Millis) -> int:
    """The records of the new file that lost their words."""
    folder = file.path.rpartition("/")[0]
    sealed = fresh.seal(folder)
    blanked = sealed.forgotten - file.forgotten
    while True:
        head = chain.head()
        last = head.entry
        assert last is not None
        entry = Entry(
            topic=chain.topic,
            incarnation=last.incarnation,
            kind="rewritten",
            hour=_hour(folder),
            next=last.next,
            files=(sealed,),
            replaces=(file.path,),
            forgotten=blanked,
            sealed_at=now,
        )
        try:
            chain.append(head, entry, [fresh.body])
        except OvertakenError:
            continue  # something was sealed meanwhile
        return blanked


def _hour(folder: str) -> str:
    day, hour = (part.split("=")[1] for part in folder.split("/")[-2:])
    return f"{day}T{hour}:00:00Z"
