"""Who was forgotten, as the archive keeps it: ids only, in a chain of its own.

The list outlives the topics: what reaches the archive late, and what comes back with a backup, is
held against it. A deletion that stands on a raw topic is listed by whoever seals it.
"""

from schemas.clock import Millis
from sinks.archive.chain import Chain, Head, OvertakenError
from sinks.archive.manifest import Entry, decode
from sinks.archive.store import Store
from sinks.forget.blanking import Gone

TOPIC = "_forgotten"
UPSTREAM = "upstream"
ASKED = "asked"


class ForgottenList:
    """Read once, and then only what is new."""

    def __init__(self, store: Store) -> None:
        self._chain = Chain(store, TOPIC)
        self._number = 0
        self._gone = Gone()

    def now(self) -> Gone:
        """All that were forgotten up to this moment."""
        for path, told in self._chain.told(self._number):
            entry = decode(told, path)
            self._gone |= Gone(frozenset(entry.raw_ids), frozenset(entry.derived_ids))
            self._number = entry.number
        return self._gone

    def add(self, gone: Gone, by: str, at: Millis) -> None:
        """What is listed already is not listed again."""
        known = self.now()
        raw, derived = gone.raw_ids - known.raw_ids, gone.derived_ids - known.derived_ids
        if not raw and not derived:
            return
        entry = Entry(
            topic=TOPIC,
            kind="forgotten",
            by=by,
            raw_ids=tuple(sorted(raw)),
            derived_ids=tuple(sorted(derived)),
            sealed_at=at,
        )
        self._append(entry)

    def _append(self, entry: Entry) -> None:
        head: Head = self._chain.head()
        while True:
            try:
                self._chain.append(head, entry, ())
            except OvertakenError:
                head = self._chain.head()
            else:
                return
