"""Takes each question to its provider, counts it, and lets the plan's faults strike the answer."""

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Final

from producers.base.clock import SimulatedClock
from producers.base.recovery import patience
from producers.simulate.upstreams.book import Book, Seen
from producers.simulate.upstreams.exchange import Answer, Question, nothing_there, page, rfc
from producers.simulate.upstreams.faults import Fault, first_page, struck
from producers.simulate.upstreams.feeds import TRADE_HOSTS
from producers.simulate.upstreams.past import Past
from producers.simulate.upstreams.sites import LIMITS, SITES, Limit, Site, bucket_of
from producers.simulate.upstreams.wikipedia import events
from producers.simulate.world import World
from schemas.clock import SECOND_MS, Millis

BROKEN: Final = (500, 502, 503)
DATED_ONLY: Final = TRADE_HOSTS[1]  # tells by time alone what is new
SIMULATED: Final = {"X-Simulated": "true"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, what befalls it on its way, and until when it tells us to stay away."""

    answer: Answer
    fault: Fault | None = None
    moment: Millis = 0
    until: Millis = 0

    def suffers(self, kind: str) -> bool:
        return self.fault is not None and self.fault.kind == kind


@dataclass(slots=True)
class Desk:
    """All providers over one world and one clock. Several threads ask at once."""

    world: World
    clock: SimulatedClock
    seed: int = 1
    plan: tuple[Fault, ...] = ()
    book: Book = field(default_factory=lambda: Book(dict(LIMITS)))
    fired: Counter[Fault] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.book.speed = self.clock.speed

    def reply(self, question: Question) -> Reply:
        site = SITES.get(question.host)
        if site is None:
            return Reply(nothing_there(question), moment=self.clock.now())
        bucket = bucket_of(question, self.book.limits)
        with self._lock:
            moment = self.clock.now()
            seen = self.book.enter(bucket, moment)
            number = self.book.asked[bucket]
            fault = struck(self.plan, self.seed, question, number, self.fired)
            if fault is not None:
                self.fired[fault] += 1
            if fault is not None and fault.kind == "quota":
                self.book.spend(bucket, moment)
            answer, until = self._refusal(site, bucket, seen, fault) or (None, 0)
        if answer is None:
            answer = _answer(site, Past(self.world, moment), question, fault, number)
        headers = {**answer.headers, **seen.headers, **SIMULATED, "Date": rfc(moment)}
        answer = replace(answer, headers=headers)
        return Reply(answer, fault, moment, until)

    def _refusal(
        self, site: Site, bucket: str, seen: Seen, fault: Fault | None
    ) -> tuple[Answer, Millis] | None:
        """What is said to whom asks too much, and until when a quota is spent (0: none is; the
        words cannot tell, some providers have the same for both). None: nothing is in the way."""
        limit = self.book.limits.get(bucket)
        until = seen.ends if limit is not None and limit.ends == "spent" else 0
        if fault is not None and fault.kind == "throttle":
            wait = {"Retry-After": f"{fault.wait_s:.0f}"}
            return replace(site.throttled, headers={**site.throttled.headers, **wait}), 0
        if fault is not None and fault.kind == "quota":
            return site.spent, until
        if seen.beyond:
            return (site.spent, until) if until else (site.throttled, 0)
        return None

    def sent(self, question: Question, reply: Reply) -> None:
        """An answer is on its way: what it says about waiting holds from now on."""
        headers = {name.lower(): value for name, value in reply.answer.headers.items()}
        left = headers.get("x-ratelimit-remaining", headers.get("x-rate-limit-remaining", "1"))
        until = reply.until
        if reply.answer.status == 429 or "retry-after" in headers or float(left) < 1:
            until = max(
                until, reply.moment + round((patience(headers, reply.moment) or 0) * SECOND_MS)
            )
        if until > reply.moment:
            with self._lock:
                bucket = bucket_of(question, self.book.limits)
                self.book.told_to_wait(bucket, self.clock.now(), until)

    def events(self, since: Millis) -> tuple[bytes, Millis]:
        """What a stream has to add, and up to when."""
        moment = self.clock.now()
        return events(Past(self.world, moment), since), moment

    def arm(self, plan: Sequence[Fault]) -> None:
        with self._lock:
            self.plan = tuple(plan)

    def allow(self, limits: dict[str, Limit]) -> None:
        with self._lock:
            self.book.change(limits)

    def told(self) -> dict[str, Any]:
        """What was asked, what went wrong, and who asked too much."""
        with self._lock:
            fired: Counter[str] = Counter()
            for fault, times in self.fired.items():
                fired[fault.kind] += times
            book = self.book
            return {
                "moment": self.clock.now(), "asked": dict(book.asked), "faults": dict(fired),
                "refused": dict(+book.refused), "violations": dict(+book.violations),
                "broken": list(book.broken),
            }  # fmt: skip


def _answer(site: Site, past: Past, question: Question, fault: Fault | None, number: int) -> Answer:
    match fault.kind if fault is not None else "":
        case "broken":
            return page("<html><title>An error</title></html>", status=BROKEN[number % 3])
        case "wrong-type":
            return page("<html><title>Just a moment</title><p>Are you a person?</html>")
        case "empty":
            return site.answer(past.without_news(), question)
        case "duplicate":
            return site.answer(past, first_page(question))
        case "bad-encoding":
            plain = site.answer(past, question)
            return replace(plain, headers={**plain.headers, "Content-Encoding": "gzip"})
        case _:
            return _unless_known(site.answer(past, question), question)


def _unless_known(answer: Answer, question: Question) -> Answer:
    """304 where the trade press sees that nothing is new."""
    if question.host not in TRADE_HOSTS or answer.status != 200:
        return answer
    if question.host == DATED_ONLY:
        at = answer.headers.get("Last-Modified")
        known = at is not None and question.headers.get("if-modified-since") == at
    else:
        etag = f'"{blake2b(answer.body, digest_size=8).hexdigest()}"'
        answer = replace(answer, headers={**answer.headers, "ETag": etag})
        known = question.headers.get("if-none-match") == etag
    return replace(answer, body=b"", status=304) if known else answer
