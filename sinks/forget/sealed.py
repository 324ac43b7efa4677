"""The archive: files that have words of those who are sought, written anew without them.

The entries stay as they are: they hold digests, not words. A later entry puts the new file in the
place of the old one and counts what was blanked, so the chain can be proved before and after.
"""

from collections.abc import Iterator
from typing import IO, Final

from schemas.clock import Millis
from sinks.archive.chain import Chain, OvertakenError, in_range, topics_of
from sinks.archive.container import UNREADABLE, Row, Writing, rows
from sinks.archive.forgotten import ASKED, ForgottenList
from sinks.archive.manifest import DamagedError, Entry, File, Holding
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
        """What reaches the archive late is held against the list."""
        self._list.add(sought.gone, ASKED, now)

    def blank(self, sought: Sought, now: Millis, watch: Watch) -> int:
        """The number of records that lost their words."""
        self.remember(sought, now)
        where = list(dict.fromkeys(place.where for place in self.find(sought, watch)))
        topics = dict.fromkeys(path.split("/", 1)[0] for path in where)
        return sum(self._rewrite(topic, set(where), sought, now) for topic in topics)

    def _rewrite(self, topic: str, paths: set[str], sought: Sought, now: Millis) -> int:
        """One file at a time, behind whatever was sealed meanwhile."""
        chain, count = Chain(self._store, topic), 0
        for file in [f for f in chain.holding().files.values() if f.path in paths]:
            with self._store.opened(file.path) as body:
                fresh = rewritten(_there(body, file), file, sought.gone)
            try:
                count += _replaced(chain, file, fresh, now)
            finally:
                fresh.close()
        return count

    def _rows(
        self, names: tuple[str, ...], since: Millis | None, watch: Watch
    ) -> Iterator[tuple[File, Row]]:
        there = set(topics_of(self._store))
        for topic in (self._prefix + name for name in names):
            if topic not in there:
                continue
            held: Holding = Chain(self._store, topic).holding()
            wanted = [
                f
                for f in in_range(list(held.files.values()), since, None)
                if f.kind not in (UNREADABLE, "tick")
            ]
            for number, file in enumerate(wanted, start=1):
                with self._store.opened(file.path) as body:
                    yield from ((file, row) for row in rows(_there(body, file), file.path))
                watch(number, len(wanted))


def _there(body: IO[bytes] | None, file: File) -> IO[bytes]:
    if body is None:
        raise DamagedError(f"{file.path} is missing; see `heat archive verify`")
    return body


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
