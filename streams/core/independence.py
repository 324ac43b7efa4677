"""Whether a mention is a voice of its own: one author, one text, one channel, each so much.

What is not counted is kept with its verdict. Nothing here looks at other entities: the memory is
part of the row of the one that is mentioned.
"""

from bisect import insort
from functools import lru_cache
from typing import Final, Literal
from zlib import crc32

from schemas.clock import HOUR_MS, MINUTE_MS, SECOND_MS, Millis
from schemas.records import Mention
from streams.core import near
from streams.core.adding import tally
from streams.core.config import EvidenceConfig
from streams.core.outlets import PLATFORMS
from streams.core.state import EntityState, TypeState, forget_rhythms

Verdict = Literal[
    "counted", "trade",
    "passing", "spam", "test",
    "same-text",  # the same words within a day, whoever says them
    "near-text",  # nearly the same words
    "same-author",  # a second time within the hour
    "author-cap",  # often enough within the day
    "channel-cap",  # enough from there within the hour
    "regular-author",  # a third time after the very same pause: a machine
    "again",  # the very mention that was folded before: a producer that was killed told it again
]
IN_WORDS: Final = {
    "same-text": "copies", "near-text": "copies", "same-author": "repeated authors",
    "author-cap": "repeated authors", "channel-cap": "one channel", "regular-author": "machines",
    "spam": "spam", "passing": "in passing",
}
"""How a verdict is told; a test is not, nor is what was told before."""
PRESS: Final = frozenset({"news", "trade", "charts"})
TEXTLESS: Final = frozenset({"search", "charts", "reference"})
"""Their titles are labels, alike by nature; only equal ones are the same."""
REMEMBERED_AUTHORS: Final = 256
SHORTEST_PAUSE: Final = MINUTE_MS
DAY_HOURS: Final = 24
PASSED_OVER: Final = 256  # mentions that were not counted, of one entity


def judge(
    state: EntityState, mention: Mention, hour: int, config: EvidenceConfig
) -> Verdict:
    """Whether a mention of that hour is independent evidence, given what was folded before it.

    Remembers when an author spoke last, whether it counts or not.
    """
    if mention.test:
        return "test"
    if mention.source_type == "trade":
        return "trade"
    if mention.late_ms and _told_before(state, mention):
        return "again"
    if mention.about == "passing" and not config.count_passing:
        return "passing"
    regular = _regular(state, mention)
    if mention.spam >= config.spam_limit:
        return "spam"
    copy = _copy(state, mention, config)
    if copy is not None:
        return copy
    if (kind := state.types.get(mention.source_type)) is None:
        return "counted"
    if regular:
        return "regular-author"
    return _crowded(kind, mention, hour, config)


def _told_before(state: EntityState, mention: Mention) -> bool:
    """Whether this text was folded as known at that very moment. What comes again within its
    interval is dropped before; later it is lifted, and so late."""
    known = mention.known_time - mention.late_ms
    key = mention.text_key
    return state.texts.get(key) == known or state.passed_over.get(key) == known


def _copy(state: EntityState, mention: Mention, config: EvidenceConfig) -> Verdict | None:
    """Of old news, too, a copy is one that comes soon after: by the time it was known."""
    lasting = config.duplicate_hours * HOUR_MS
    counted_at = state.texts.get(mention.text_key)
    if counted_at is not None and mention.known_time - counted_at < lasting:
        return "same-text"
    key = mention.near_key
    if not key or mention.source_type in TEXTLESS:
        return None
    bits = config.near_bits_press if mention.source_type in PRESS else config.near_bits
    oldest = (mention.known_time - lasting) // MINUTE_MS + 1
    return "near-text" if near.find(state.prints, key, bits, oldest) >= 0 else None


def _crowded(kind: TypeState, mention: Mention, hour: int, config: EvidenceConfig) -> Verdict:
    spoken = _heard(kind).get(mention.author_key)
    if spoken:
        if hour in spoken:
            return "same-author"
        cap = config.author_per_day
        if len(spoken) >= cap and tally([abs(h - hour) < DAY_HOURS for h in spoken]) >= cap:
            return "author-cap"
    told = kind.channels.get(hour)
    full = told and told.get(channel_key(mention.outlet), 0) >= config.channel_per_hour
    return "channel-cap" if full else "counted"


def _heard(kind: TypeState) -> dict[int, list[int]]:
    """In which hours each author was counted."""
    heard = kind.heard
    if heard is None:
        heard = kind.heard = {}
        for hour, authors in kind.authors.items():
            for author in authors:
                heard.setdefault(author, []).append(hour)
    return heard


def speak(kind: TypeState, author: int, hour: int) -> None:
    """Remember that an author was heard in an hour; once is enough."""
    authors, heard = kind.authors.setdefault(hour, []), _heard(kind)
    spoken = heard.setdefault(author, [])
    if hour not in spoken:
        spoken.append(hour)
        insort(authors, author)


def _fall_silent(kind: TypeState, oldest: int) -> None:
    """Drop the authors of the hours before `oldest`."""
    heard = _heard(kind)
    for hour in [h for h in kind.authors if h < oldest]:
        for author in kind.authors.pop(hour):
            spoken = heard[author]
            spoken.remove(hour)
            if not spoken:
                del heard[author]


def _regular(state: EntityState, mention: Mention) -> bool:
    """Whether a person's account speaks after the very same pause as the time before.

    By the source's clock; one that is as old as our knowledge is the rhythm of our own polls.
    """
    at = mention.event_time
    if mention.source_type in PRESS or mention.source_type in TEXTLESS or at >= mention.known_time:
        return False
    kind = state.types.get(mention.source_type)
    if kind is None or mention.author_key not in kind.rhythm:
        return False
    last, pause = kind.rhythm.pop(mention.author_key)
    if last < state.silent_since:
        return False
    gap = at - last
    kind.rhythm[mention.author_key] = max(at, last), gap
    return gap >= SHORTEST_PAUSE and abs(gap - pause) <= SECOND_MS + gap // 100


@lru_cache(maxsize=1 << 14)
def channel_key(outlet: str) -> int:
    return crc32(outlet.encode(errors="surrogatepass"))


def enter(state: EntityState, kind: TypeState, mention: Mention, hour: int) -> None:
    """Remember a counted mention's author, text and channel."""
    author, known = mention.author_key, mention.known_time
    speak(kind, author, hour)
    state.texts.pop(mention.text_key, None)
    state.texts[mention.text_key] = known  # the oldest stays in front
    if mention.near_key and mention.source_type not in TEXTLESS:
        state.prints = near.add(state.prints, mention.near_key, known // MINUTE_MS)
    if mention.source_type in PRESS:
        return
    _keep_rhythm(state, kind, author, mention.event_time)
    if _is_channel(mention):
        told = kind.channels.setdefault(hour, {})
        key = channel_key(mention.outlet)
        told[key] = told.get(key, 0) + 1


def _keep_rhythm(state: EntityState, kind: TypeState, author: int, at: Millis) -> None:
    """Begin the rhythm of a new author, or of one not heard for a day."""
    rhythm = kind.rhythm
    last = rhythm.get(author)
    if last is None or last[0] < state.silent_since:
        rhythm.pop(author, None)
        rhythm[author] = at, 0
        if at < state.silent_since:  # old when it was told: it counts until the next look
            forget_rhythms(state)
            state.silent_since = state.forgotten = at
            kind.rhythm[author] = at, 0
    if len(kind.rhythm) > REMEMBERED_AUTHORS:
        forget_rhythms(state)
        if len(kind.rhythm) > REMEMBERED_AUTHORS:
            del kind.rhythm[next(iter(kind.rhythm))]


def _is_channel(mention: Mention) -> bool:
    """A source that names no channel is not one: all of a platform is no room."""
    return mention.outlet != mention.source and mention.outlet not in PLATFORMS


def leave_out(state: EntityState, mention: Mention, verdict: Verdict, hour: int) -> None:
    """Remember that a mention did not count, and which, in case it is told again."""
    if verdict == "again":
        return
    state.passed_over.pop(mention.text_key, None)
    state.passed_over[mention.text_key] = mention.known_time
    if len(state.passed_over) > PASSED_OVER:
        del state.passed_over[next(iter(state.passed_over))]
    told = state.left_out.setdefault(hour, {})
    told[verdict] = told.get(verdict, 0) + 1


def left_out_within(state: EntityState, newest: int, hours: int) -> dict[str, int]:
    """What was not counted in the hours up to `newest`, by the words for it, the most first."""
    sums: dict[str, int] = {}
    for hour, told in state.left_out.items():
        if newest - hours < hour <= newest:
            for verdict, mentions in told.items():
                words = IN_WORDS.get(verdict)
                if words:
                    sums[words] = sums.get(words, 0) + mentions
    return dict(sorted(sums.items(), key=lambda told: (-told[1], told[0])))


def forget(state: EntityState, hour: int) -> None:
    """Drop the voices of the hours that no later judgement can ask for."""
    oldest = hour - DAY_HOURS
    for kind in state.types.values():
        if kind.authors and min(kind.authors) < oldest:
            _fall_silent(kind, oldest)
        if kind.channels and min(kind.channels) < oldest:
            kind.channels = {h: c for h, c in kind.channels.items() if h >= oldest}
    if state.left_out and min(state.left_out) < oldest:
        state.left_out = {h: v for h, v in state.left_out.items() if h >= oldest}


def forget_texts(state: EntityState, now: Millis, config: EvidenceConfig) -> None:
    """Drop the texts whose copies would count again, and some time longer."""
    kept = now - 2 * config.duplicate_hours * HOUR_MS
    texts = state.texts
    if texts and next(iter(texts.values())) < kept - HOUR_MS:
        for key in [key for key, at in texts.items() if at < kept]:
            del texts[key]
    if state.prints:
        state.prints = near.prune(state.prints, kept // MINUTE_MS)
    passed = state.passed_over
    if passed and next(iter(passed.values())) < kept - HOUR_MS:
        state.passed_over = {key: at for key, at in passed.items() if at >= kept}
