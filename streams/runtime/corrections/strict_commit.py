"""Commit an unbroken run of finished records, and forget it only when the broker has it.

Stock takes a hole of one offset for compaction, commits past a record that is still in the works,
drops its books before it knows whether the commit succeeded, and after a seek may take records
that it never read for a hole. A fetch that is under way while partitions are given up, handed out
or sought comes back with records whose place in the log nobody knows any more, and with the
records of partitions that are meant to rest. Upstream: issues 606 and 312, pull request 707.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any, NamedTuple

import structlog
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.runtime.corrections.ledger import Ledger, committable

LOG = structlog.get_logger(__name__)


class Standing(NamedTuple):
    """The next offset to be read; how far all is done, may be committed, and is committed."""

    position: int | None
    finished: int | None
    committable: int | None
    committed: int | None


class StrictCommit(driver.Consumer):
    """A consumer whose books say exactly what was read and what is finished."""

    app: Any  # ours, wider than Faust's interface of an app

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._ledgers: defaultdict[TP, Ledger] = defaultdict(Ledger)
        self._seeks = 0
        self._astray = False  # a seek was begun and did not come to its end
        self.leaving = False  # partitions are being given up, and new ones are not there yet
        self.joined = False
        self.last_commit_at: float | None = None
        super().__init__(*args, **kwargs)

    def bundle(self, tp: TP, records: list[Any]) -> Iterable[tuple[int, Any]]:
        """What is handed on, each with the first offset that it holds: here record by record."""
        return ((record.offset, record) for record in records)

    def cap(self, tp: TP, offset: int) -> int:
        """The highest offset at or below `offset` that may be committed."""
        return offset

    def standing(self, tp: TP) -> Standing:
        """How far a partition is, since the last seek."""
        ledger = self._ledgers.get(tp)
        base = None if ledger is None else ledger.base(self._committed_offset.get(tp))
        if ledger is None or base is None:
            return Standing(None if ledger is None else ledger.position, None, None, None)
        finished = committable(base, self._acked_index.get(tp, ()), ledger.reach)
        return Standing(ledger.position, finished, self.cap(tp, finished), base)

    async def _getmany(
        self,
        active_partitions: set[TP] | None,
        timeout: float,  # noqa: ASYNC109 (Faust's signature)
    ) -> dict[TP, list[Any]]:
        if self._astray and self.flow_active:
            await self.perform_seek()
        seeks = self._seeks
        fetched = await super()._getmany(active_partitions, timeout)
        if self.leaving:
            return {}  # what comes now is of no assignment; the next one begins with a seek
        admitted: dict[TP, list[Any]] = {}
        for tp, records in fetched.items():
            if not records:
                continue
            if self._is_changelog_tp(tp):
                admitted[tp] = records
            elif not self.flow_active:
                continue  # Faust drops it as well, and seeks before it reads on
            elif seeks != self._seeks and not self._follows(tp, records):
                await self._read_again(tp)
            else:
                admitted[tp] = self._admit(tp, records)
        return admitted

    def _follows(self, tp: TP, records: list[Any]) -> bool:
        """Whether they join on; before the first seek there is nothing that they could miss."""
        return self._ledgers[tp].position in (None, records[0].offset)

    async def _read_again(self, tp: TP) -> None:
        """A seek came while these were under way, and they do not join on: fetch them anew."""
        position = self._ledgers[tp].position
        if position is not None and tp in self.assignment():
            LOG.info("fetched around a seek, reading again", topic=tp.topic, partition=tp.partition)
            await self.seek_wait({tp: position})

    def _admit(self, tp: TP, records: list[Any]) -> list[Any]:
        ledger, acked = self._ledgers[tp], self._acked_index[tp]
        if ledger.position is not None and records[0].offset < ledger.position:
            records = [record for record in records if record.offset >= ledger.position]
        handed_on = []
        for first, record in self.bundle(tp, records):
            ledger.enter(first, record.offset)
            if record.offset in acked:  # said of an earlier reading, not of this one
                acked.discard(record.offset)
                self._acked[tp].remove(record.offset)
            handed_on.append(record)
        return handed_on

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Stock notes holes here, one too long and never the first; the ledger has them exactly."""

    def _new_offset(self, tp: TP) -> int | None:
        ledger = self._ledgers[tp]
        base = ledger.base(self._committed_offset[tp])
        if base is None:
            return None
        end = self.cap(tp, committable(base, self._acked_index[tp], ledger.reach))
        return end if end > base else None

    async def _commit_offsets(
        self, offsets: Mapping[TP, int], start_new_transaction: bool = True
    ) -> bool:
        before, seeks = {tp: self._committed_offset[tp] for tp in offsets}, self._seeks
        committed = await super()._commit_offsets(offsets, start_new_transaction)
        if committed:
            self.last_commit_at = monotonic()
        for tp, offset in offsets.items():
            if committed:
                self._forget(tp, offset)
            else:  # stock believes a commit that did not happen
                self._committed_offset[tp] = before[tp] if seeks == self._seeks else None
        return bool(committed)

    def _forget(self, tp: TP, below: int) -> None:
        if tp in self._acked:
            self._acked[tp] = [offset for offset in self._acked[tp] if offset >= below]
            self._acked_index[tp] = set(self._acked[tp])
        if tp in self._ledgers:
            self._ledgers[tp].forget_below(below)

    async def perform_seek(self) -> None:
        """Go back to what is committed; all behind it is read again, so its account is void.

        Stock leaves a partition without a commit wherever its reader happens to stand, which may
        be behind records that were fetched and dropped: such a one goes back to the log's begin.
        """
        if self.leaving or self.app.should_stop:
            return  # nothing more is read under this assignment
        self._seeks += 1
        self._astray = True
        await super().perform_seek()
        begins = {tp: self._committed_offset[tp] for tp in self._streams()}
        if fresh := [tp for tp, committed in begins.items() if committed is None]:
            earliest = await self.earliest_offsets(*fresh)
            never_committed = {tp: earliest[tp] for tp in fresh}
            await self.seek_wait(never_committed)
            begins.update(never_committed)
        for tp, begin in begins.items():
            self._ledgers[tp] = Ledger(begin, begin)
            self._acked.pop(tp, None)
            self._acked_index.pop(tp, None)
        self._seeks += 1
        self._astray = False

    def _streams(self) -> list[TP]:
        return [tp for tp in self.assignment() if not self._is_changelog_tp(tp)]

    def stand_still(self) -> None:
        """Nothing is read or handed on until tables are recovered and the seek is done.

        Stock stops only a worker that owns something. One that owned nothing would begin to read
        its first partition before its tables are there.
        """
        self.stop_flow()
        self.app.flow_control.suspend()
        self.app.flow_control.clear()

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        self.stand_still()
        self.leaving = self._astray = False
        self.joined = True
        await super().on_partitions_assigned(assigned, generation_id)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        self.leave()
        await super().on_partitions_revoked(revoked)
        for tp in revoked:
            self._ledgers.pop(tp, None)
            self._buffered_partitions.discard(tp)

    def leave(self) -> None:
        """From now on nothing is read under this assignment."""
        self.leaving = True
        if not self.app.should_stop:
            self.stand_still()
