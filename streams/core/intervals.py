"""One partition of mentions: what is pending, when an interval is over, and what then comes out.

Interval n closes when every raw partition of every source that its tick names has said n or more.
Then its mentions are sorted and folded, entity by entity in the order of names. Neither the moment
of closing nor the order in the log reaches an output.

A source that tick n does not name is absent: its mentions wait for the first interval in which it
is present again.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from schemas.clock import INTERVAL_MS, is_poll, tick_of
from schemas.records import Record, Tick
from streams.core.config import CoreConfig
from streams.core.coverage import steady, watch
from streams.core.craft import ENTITIES, Craft, Folded, Kept, in_order
from streams.core.measure import Lineage
from streams.core.progress import Progress, decode_progress

NOTHING_PENDING = 1 << 62
MANY = 1 << 62


class Row(NamedTuple):
    """A row to write; `value` None deletes it. The key `b""` is the partition's own row."""

    key: bytes
    value: bytes | None


class MentionPartition:
    """The fold over one partition, from one assignment to the next."""

    def __init__(
        self, config: CoreConfig, rows: Mapping[bytes, bytes], craft: Craft = ENTITIES
    ) -> None:
        """`rows` are what `take_rows` handed out before."""
        self._config, self._craft = config, craft
        self.progress = Progress()
        self._states: dict[str, Any] = {}
        self._due: dict[int, set[str]] = {}
        self._pending: dict[int, dict[str, list[Folded]]] = {}
        self._oldest: dict[int, int] = {}  # interval -> lowest offset pending for it
        self._changed: set[str] = set()
        self._gone: set[str] = set()  # stored with nothing left; to be deleted
        self._moved = False
        self._upstream: dict[str, int] = {}
        self._origins: list[str] = []
        self._hash = config.hash
        self._load(rows)
        self._acted_on = dict(self.progress.last), dict(self.progress.content)

    def _load(self, rows: Mapping[bytes, bytes]) -> None:
        if b"" in rows:
            self.progress = decode_progress(rows[b""])
        for key in sorted(rows.keys() - {b""}):
            name, state = key.decode(), self._craft.unpack(rows[key])
            if not state.due and state.closed <= self.progress.closed:
                self._gone.add(name)
                continue
            self._states[name] = state
            # One with nothing left goes when the interval that it is stamped with is closed again.
            self._due.setdefault(state.due or state.closed, set()).add(name)

    def __len__(self) -> int:
        return len(self._states)

    def state(self, name: str) -> Any:
        return self._states.get(name)

    def mention(self, mention: Folded, offset: int) -> None:
        """Keep a mention until its interval closes; one of a closed interval is a copy."""
        n, own = tick_of(mention.known_time), self.progress
        if n <= own.closed:
            source = mention.source
            if source in own.present or n < own.absent.get(source, 0):
                return
            n = own.closed + 1
        self._waiting(n, offset).setdefault(self._craft.name_of(mention), []).append(mention)

    def _waiting(self, n: int, offset: int) -> dict[str, list[Folded]]:
        """What is pending for an interval, which now holds that offset, too."""
        waiting = self._pending.get(n)
        if waiting is None:
            waiting = self._pending[n] = {}
            self._oldest[n] = offset
        elif offset < self._oldest[n]:
            self._oldest[n] = offset
        return waiting

    def tick(self, tick: Tick) -> None:
        """Hear one origin's clock. What it closes comes out of `close`."""
        own = self.progress
        if tick.n <= own.last.get(tick.origin, -1):
            return
        own.last[tick.origin] = tick.n
        self._moved = True
        if own.closed < 0:
            own.first, own.closed = tick.first, tick.first - 1
        if tick.n > own.closed:
            own.content.setdefault(tick.n, tick.present)

    def _over(self) -> tuple[int, dict[str, int]]:
        """The last interval that every upstream has passed under one tick, and who is present.

        When a tick was left out, its upstreams are those of the next one that was passed on.
        """
        own = self.progress
        if not own.content:
            return own.closed, own.present
        newest_said = min(own.content)
        present = own.content[newest_said]
        reached, last = newest_said, own.last
        for origin in self._origins_of(present):
            said = last.get(origin, -1)
            if said < reached:
                reached = said
        return reached, present

    def _origins_of(self, present: dict[str, int]) -> list[str]:
        """The partitions that must have spoken; the same list while nobody comes or goes."""
        if present != self._upstream:
            self._upstream = dict(present)
            self._origins = [f"{name}-{p}" for name, many in present.items() for p in range(many)]
        return self._origins

    @property
    def closable(self) -> bool:
        """Whether an interval is over that was not closed yet."""
        return self._over()[0] > self.progress.closed

    def close(self, most: int = MANY) -> list[Record]:
        """Close what is over, in order, until `most` events or more have come out.

        Where it stops is not to be seen in any event: a caller takes small steps to store what
        was done so far.
        """
        out: list[Record] = []
        own = self.progress
        while len(out) < most:
            target, present = self._over()
            if target <= own.closed:
                break
            n = own.closed + 1
            if not self._pending.get(n) and n not in self._due:  # nothing is due: jump
                busy = [m for m in (*self._pending, *self._due) if own.closed < m <= target]
                n = min(busy, default=target)
            out += self._close(n, present)
        return out

    def _close(self, n: int, present: dict[str, int]) -> list[Record]:
        own = self.progress
        for source in own.present.keys() - present.keys():
            own.absent[source] = own.closed + 1
        ready = self._ready(n, present)
        names = ready.keys() | self._due.pop(n, set())
        watch(own.eyes, present, own.closed + 1, n)
        there = steady(own.eyes, n, own.first * INTERVAL_MS) if is_poll(n) else {}
        lineage = Lineage(self._hash, own.first, own.eyes, there)
        out: list[Record] = []
        for name in sorted(names):
            out += self._step(name, n, ready.get(name, ()), lineage)
        for source in present:
            own.absent.pop(source, None)
        own.closed, own.present = n, present
        own.content = {open_: named for open_, named in own.content.items() if open_ > n}
        self._moved = True
        return out

    def _ready(self, n: int, present: dict[str, int]) -> dict[str, list[Folded]]:
        """The mentions that interval n folds; those of absent sources move on to the next."""
        waiting = self._pending.pop(n, {})
        offset = self._oldest.pop(n, 0)
        ready: dict[str, list[Folded]] = {}
        for name, mentions in waiting.items():
            stay = [m for m in mentions if m.source not in present]
            if not stay:
                ready[name] = in_order(mentions)
                continue
            self._waiting(n + 1, offset).setdefault(name, []).extend(stay)
            if len(stay) < len(mentions):
                ready[name] = in_order([m for m in mentions if m.source in present])
        return ready

    def _step(
        self, name: str, n: int, mentions: list[Folded] | tuple[()], lineage: Lineage
    ) -> list[Record]:
        state = self._states.get(name)
        if state is None or (not state.due and state.closed < n):  # never seen, or nothing left
            state = self._states[name] = self._craft.fresh(n - 1)
        if not mentions and state.due != n and state.closed < n:
            return []  # an appointment that a newer mention has moved
        self._changed.add(name)
        if state.closed >= n:  # stamped: a crash cut this close short behind this entity
            self._schedule(name, state)
            return []
        out = self._craft.step(state, name, n, mentions, self._config, lineage)
        self._schedule(name, state)
        return out

    def _schedule(self, name: str, state: Kept) -> None:
        if state.due:
            self._due.setdefault(state.due, set()).add(name)

    def take_rows(self) -> list[Row]:
        """The rows that changed since the last call, the partition's own behind the entities.

        An entity that has nothing left keeps its row, and with it its stamp, until the partition's
        row has said that the interval is over.
        """
        gone = [Row(name.encode(), None) for name in sorted(self._gone - self._states.keys())]
        self._gone = {name for name in self._changed if not self._states[name].due}
        pack = self._craft.pack
        rows = gone + [
            Row(name.encode(), pack(self._states[name])) for name in sorted(self._changed)
        ]
        for name in self._gone:
            del self._states[name]
        if self._moved:
            rows.append(Row(b"", msgspec.msgpack.encode(self._storable())))
        self._changed.clear()
        self._moved = bool(self._gone)
        return rows

    def _storable(self) -> Progress:
        """How far we are, without clocks that were heard but not yet acted upon.

        Stored between two steps of closing, they would close intervals right after a crash, before
        the mentions that are still pending had been read again.
        """
        own = self.progress
        if not self.closable:
            self._acted_on = dict(own.last), dict(own.content)
        last, content = self._acted_on
        return Progress(
            own.closed, own.first, last,
            {n: present for n, present in content.items() if n > own.closed},
            own.present, own.absent, own.eyes,
        )

    def hold(self) -> int:
        """No offset at or past this may be committed: its mention is pending."""
        return min(self._oldest.values(), default=NOTHING_PENDING)
