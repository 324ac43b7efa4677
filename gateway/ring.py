"""The last events of the feed, shared by all clients; a client is a number in it. Pure.

`seq` is the offset in the feed and has holes (transaction markers). A *place* counts the events
themselves, so that how far a client lags is a subtraction. `floor` is the lowest cursor from which
nothing is missed; `tip` the highest offset that is known to hold nothing further.
"""

from bisect import bisect_right

from gateway.events import Event
from schemas.clock import Millis
from schemas.errors import HeatError


class OvertakenError(HeatError):
    """The events after a place are gone from the ring."""


class Ring:
    """A fixed number of slots, written round and round."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.floor = -1
        self.tip = -1
        self.next_place = 0
        self._slots: list[Event | None] = [None] * capacity

    def restart(self, next_seq: int) -> None:
        """Forget all events; the next one has this number or a higher one."""
        self._slots = [None] * self.capacity
        self.next_place += self.capacity + 1  # Every place handed out before is overtaken.
        self._empty_before = self.next_place
        self.floor = self.tip = next_seq - 1

    _empty_before = 0

    @property
    def first_place(self) -> int:
        return max(self._empty_before, self.next_place - self.capacity)

    def append(self, event: Event) -> None:
        """Add the event, in the place of the oldest when the ring is full."""
        slot = self.next_place % self.capacity
        oldest = self._slots[slot]
        if oldest is not None:
            self.floor = oldest.seq
        self._slots[slot] = event
        self.next_place += 1
        self.tip = event.seq

    def reach(self, tip: int) -> None:
        """All up to `tip` was read: what is not in the ring does not exist."""
        self.tip = max(self.tip, tip)

    def at(self, place: int) -> Event:
        event = self._slots[place % self.capacity]
        assert self.first_place <= place < self.next_place
        assert event is not None
        return event

    def place_after(self, seq: int) -> int:
        """The place of the first event beyond `seq`."""
        held = range(self.first_place, self.next_place)
        return self.first_place + bisect_right(held, seq, key=lambda place: self.at(place).seq)

    def seq_before_time(self, moment: Millis) -> int:
        """The cursor after which the first event known at or after `moment` comes."""
        before = self.floor
        for place in range(self.first_place, self.next_place):
            event = self.at(place)
            if event.known_time >= moment:
                return before
            before = event.seq
        return self.tip

    def newest_time(self) -> Millis | None:
        if self.next_place == self.first_place:
            return None
        return self.at(self.next_place - 1).known_time

    def read(self, place: int, most: int) -> list[Event]:
        """Up to `most` events from `place` on. Raises OvertakenError when they are gone."""
        if place < self.first_place:
            raise OvertakenError("the events after this place are gone")
        return [self.at(n) for n in range(place, min(place + most, self.next_place))]
