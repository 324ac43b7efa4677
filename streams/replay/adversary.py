"""Those who would like an alert: brigades, copies, bots, injected into a clean recording.

Each attack speaks in two types of source, so that it is not the count of types that stops it. The
`genuine` burst is the control: as many voices, each with words of its own. Injected mentions say
so in their attributes; nothing that computes reads them.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, Literal, get_args

import msgspec

from schemas.clock import HOUR_MS, MINUTE_MS, SECOND_MS, Millis
from schemas.errors import SettingsError
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES
from streams.core.outlets import HOSTS_BY_OWNER

Attack = Literal["brigade", "copies", "bots", "one-author", "cross-posts", "genuine"]
MARK: Final = "injected"  # the attribute that names the attack
ROOMS: Final = tuple(f"r/{room}" for room in (
    "movies", "television", "popculturechat", "Music", "entertainment", "Fauxmoi", "boxoffice",
    "netflix", "celebrity", "trailers", "moviescirclejerk", "OutOfTheLoop", "news",
))
OWNERS: Final = ("Reach", "News Corp", "Hearst")  # of many hosts each
_OPENINGS: Final = (
    "Could not believe my eyes when", "Nobody warned me that", "Standing in the rain because",
    "My brother just called to say", "So apparently", "Lost my voice at work after",
    "The neighbours are out on the street since", "Dropped a plate hearing that",
    "Half the train is watching how", "Grandma texted in capitals that", "Woke up to learn",
    "Three screens open and still no idea why", "Please somebody explain how",
    "Writing this from the queue where", "Twenty years of waiting until",
)
_DEEDS: Final = (
    "walked onto the ferry stage", "answered every question in rhyme", "gave away the first guitar",
    "stopped the show for a proposal", "announced a secret second part",
    "turned the red carpet into a dance", "read a letter from an old teacher",
    "sang without any microphone", "invited the whole crew for breakfast",
    "revealed who wrote that ending", "climbed down into the crowd", "cried during the encore",
    "paid for everybody's tickets", "forgot the lyrics and laughed", "met the original cast",
)
_ENDINGS: Final = (
    "still shaking honestly", "what an evening", "the clip is everywhere here",
    "cannot wait for tomorrow", "and my coffee went cold", "somebody frame this moment",
    "no notes", "my hands hurt from clapping", "history in a small town",
    "the dog is confused by my shouting", "tell your friends", "now I need tissues",
    "this made a grey Tuesday golden", "even the critics smiled", "I was there with my sister",
)
_SYNONYMS: Final = (
    ("stunning", "amazing", "incredible", "unreal"), ("tonight", "today", "now", "right now"),
    ("everyone", "everybody", "all", "the world"), ("performance", "show", "moment", "set"),
)
_TYPOS: Final = ("!", "!!", " \U0001f525", " \U0001f62d\U0001f62d", " #1", "...", " fr", " lol")


class _Post(msgspec.Struct, frozen=True):
    """What an attacker says: where, when, as whom."""

    source: str
    at: Millis
    title: str
    channel: str
    author: str | None
    url: str | None = None


def inject(
    records: Sequence[RawMention], attack: Attack, seed: int, *, whom: str,
    begins: Millis | None = None,
) -> list[RawMention]:
    """The recording with an attack about `whom` in it, in the order of `known_time`.

    `begins` is the middle of the recording unless told. A recording of one source stays one: its
    ticks name no other. The same arguments give the same records.
    """
    if attack not in _ATTACKS:
        raise SettingsError(f"no attack {attack!r}; there are {', '.join(get_args(Attack))}")
    if not records:
        raise SettingsError("an empty recording has no middle to attack")
    if begins is None:
        begins = records[0].known_time + (records[-1].known_time - records[0].known_time) // 2
    dice = Random(f"{attack}:{seed}")  # noqa: S311 - a fault, not a secret
    sources = {record.source for record in records}
    only = sources.pop() if len(sources) == 1 else None
    made = [
        _raw(post, f"{attack}:{seed}:{k}", attack, only or post.source)
        for k, post in enumerate(_ATTACKS[attack](whom, begins, dice))
    ]
    return sorted([*records, *made], key=lambda record: (record.known_time, record.id))


def injected(records: Sequence[RawMention]) -> set[str]:
    """Ids of the mentions that an attack put in."""
    return {record.id for record in records if MARK in record.attributes}


def _raw(post: _Post, key: str, attack: str, source: str) -> RawMention:
    native_id = f"{MARK}:{key}"
    return RawMention(
        id=mention_id(source, native_id), native_id=native_id, source=source,
        source_type=SOURCE_TYPES[post.source], event_time=post.at,
        known_time=post.at + 20 * SECOND_MS, channel=post.channel, author=post.author,
        kind={"reddit": "post", "youtube": "video"}.get(post.source, "article"),
        title=post.title, url=post.url, attributes={MARK: attack},
    )


def _crowd(
    titles: Iterator[str], begins: Millis, lasts: Millis, count: int, dice: Random
) -> Iterator[_Post]:
    """Two thirds post, one third makes videos; every one under a name of its own."""
    for k in range(count):
        at = begins + int(lasts * (k + dice.random()) / count)
        who = f"reader_{dice.randrange(10**9):09d}"
        if k % 3:
            yield _Post("reddit", at, next(titles), dice.choice(ROOMS), who)
        else:
            yield _Post("youtube", at, next(titles), f"Channel {who}", who)


def _own_words(whom: str, dice: Random) -> Iterator[str]:
    """What different people would say of one event: no two share more than the event."""
    deed = dice.choice(_DEEDS)
    parts = [(opening, ending) for opening in _OPENINGS for ending in _ENDINGS]
    for opening, ending in dice.sample(parts, len(parts)):
        yield f"{opening} {whom} {deed}, {ending}"


def _edited(whom: str, dice: Random) -> Iterator[str]:
    """One text with a word changed, a mark added, a letter doubled."""
    while True:
        a, b, c, d = (dice.choice(words) if dice.random() < 0.25 else words[0]
                      for words in _SYNONYMS)
        text = (f"{whom} gave a {a} {d} on the harbour stage {b} and {c} should go and watch"
                " the whole video before they take it down")
        cut = dice.randrange(len(whom), len(text))
        if dice.random() < 0.3 and text[cut].isalpha():
            text = text[:cut] + text[cut] + text[cut:]
        yield text + dice.choice(_TYPOS)


def _genuine(whom: str, begins: Millis, dice: Random) -> Iterator[_Post]:
    yield from _crowd(_own_words(whom, dice), begins, HOUR_MS, 60, dice)


def _brigade(whom: str, begins: Millis, dice: Random) -> Iterator[_Post]:
    yield from _crowd(_edited(whom, dice), begins, HOUR_MS, 60, dice)


def _copies(whom: str, begins: Millis, dice: Random) -> Iterator[_Post]:
    """One agency story in 40 papers of 3 owners and in 40 of 40, each shared by its own account."""
    wire = f"{whom} to open the lakeside festival with a new film, organisers say on Monday"
    papers = [host for owner in OWNERS for host in HOSTS_BY_OWNER[owner]]
    owned = [f"{dice.choice(('news', 'local', 'uk'))}.{papers[k % len(papers)]}" for k in range(40)]
    alone = [f"valley-courier-{k:02d}.org" for k in range(40)]
    for k, host in enumerate([*owned, *alone]):
        at, url = begins + k * MINUTE_MS, f"https://{host}/entertainment/{k}"
        yield _Post("google-news", at, wire, host, None, url)
        yield _Post("reddit", at + 5 * SECOND_MS, wire, dice.choice(ROOMS), f"share_{host}", url)


def _bots(whom: str, begins: Millis, dice: Random) -> Iterator[_Post]:
    """Thirty accounts, each at its own fixed pause, three templates with changing numbers."""
    templates = (
        "{whom} trending at number {n} in {m} countries right now see the full list here {url}",
        "Only {n} people have seen this {whom} clip from minute {m} of the late show {url}",
        "{m} reasons why {whom} is worth {n} million this year according to the experts {url}",
    )
    for k in range(30):
        pause, source = (61 + 7 * k % 30) * MINUTE_MS, ("reddit", "youtube")[k % 2]
        for n in range(6):
            title = templates[k % 3].format(
                whom=whom, n=dice.randrange(2, 9999), m=dice.randrange(2, 99),
                url=f"https://t{dice.randrange(10**6)}.example.org/{n}",
            )
            at = begins + k * 70 * SECOND_MS + n * pause
            yield _Post(source, at, title, f"u/bot_{k:02d}", f"bot_{k:02d}")


def _one_author(whom: str, begins: Millis, dice: Random) -> Iterator[_Post]:
    """Two hundred posts of one person with much to say, in words that never repeat."""
    titles = _own_words(whom, dice)
    for k in range(200):
        at = begins + k * 2 * MINUTE_MS + dice.randrange(MINUTE_MS)
        source = ("reddit", "youtube")[k % 2]
        yield _Post(source, at, next(titles), dice.choice(ROOMS), "tireless_tim")


def _cross_posts(whom: str, begins: Millis, dice: Random) -> Iterator[_Post]:
    """One text of one author in thirteen rooms, and as many uploads of it."""
    title = next(_own_words(whom, dice))
    for k, room in enumerate(ROOMS):
        for source in ("reddit", "youtube"):
            at = begins + k * 2 * MINUTE_MS + dice.randrange(MINUTE_MS)
            yield _Post(source, at, title, room, "everywhere_eve")


_ATTACKS: Final[dict[str, Callable[[str, Millis, Random], Iterator[_Post]]]] = {
    "brigade": _brigade, "copies": _copies, "bots": _bots, "one-author": _one_author,
    "cross-posts": _cross_posts, "genuine": _genuine,
}
