"""How much a text looks like an advertisement of its own, and by which signs.

Rules, not words learned by heart: each sign has a phrase for people and a weight in the sum whose
logistic is the score. From half on a text is suspicious; what is left out is set in `evidence`.

The weights are for comments, which hang below the work of somebody else. What stands for itself, a
post or a headline, has to say more: people link what they talk about, and editors say "subscribe".
"""

import re
from functools import lru_cache
from math import fsum
from typing import Final, NamedTuple

from streams.core.cut import words_of
from streams.core.exact import logistic
from streams.core.fold import fold

LONGEST_TEXT: Final = 1_000
BIAS: Final = -2.9
STANDS_ALONE: Final = -3.0  # added for a post
EDITED: Final = -5.0  # added for the title of an article or a video
LONG: Final = 160  # characters
FEW_WORDS: Final = 4  # beside a link that is the whole message
TITLED_KINDS: Final = frozenset({"article", "video", "trend", "chart", "edit"})
"""Kinds judged by their title: below it is boilerplate, such as a plea to subscribe."""
_START: Final = 4


class Spam(NamedTuple):
    """The score, and the signs that speak for it, the heaviest first."""

    score: float  # [0, 1]
    reasons: tuple[str, ...]


class Sign(NamedTuple):
    """One sign. Its pattern is tried only where a word begins with one of `starts`."""

    reason: str
    weight: float
    starts: tuple[str, ...]  # four letters, or a shorter word
    pattern: re.Pattern[str]


def _sign(reason: str, weight: float, starts: str, pattern: str) -> Sign:
    return Sign(reason, weight, tuple(starts.split()), re.compile(pattern))


_LINK = re.compile(r"(?:https?://|www\.)\S+")
_SITES = "com net org ly tv gl info biz me io se br pl"
_PLATFORMS = (
    r"facebook|instagram|soundcloud|twitter|spotify|itunes|snapchat|ebay|amazon|etsy|pinterest"
)
_OURS = (
    r"page|videos?|vids?|music|tracks?|profile|stream|content|account|youtube|facebook|fb|clips?"
    r"|instagram|twitter|soundcloud|album|ep|band|stuff|gameplays?|gaming|book|t-?shirts?"
)
_MEDIA = r"chh?ann?el|canal|blog|web ?site|store|shop|mixtape|remix|covers?|rap|demo"

SIGNS: Final = (
    _sign("link", 3.2, "http www",
          r"https?:(?!//(?:www\.)?(?:youtube\.com/watch|youtu\.be))|www\.(?!youtube\.com/watch)"),
    _sign("names a site", 2.0, _SITES,
          r"(?s)\A(?!.*(?:https?:|www\.)).*?(?<![\w.-])(?<! - )[\w-]{2,}\.(?:"
          + _SITES.replace(" ", "|") + r")\b"),  # after a dash it is a publisher's name
    _sign("hidden or paid link", 0.8, "bit goo tiny adf t wa ref gofu kick indi patr",
          r"\b(?:bit\.ly|goo\.gl|tinyurl|adf\.ly|t\.me/|wa\.me/|gofundme|kickstarter"
          r"|indiegogo|patreon)"),
    _sign("asks to subscribe", 4.2, "sub subs susc sucs subc suci sucr suub",
          r"\bsu\w{0,3}cri(?!ber|ption)|\bsub\b(?![-.])|\bsub(?:bing|bed)?s? ?(?:4|for|to|me|my"
          r"|back)\b|\b(?:need|get|my|more|and|please|pls|plz) subs\b|\d subs\b"
          r"|\b(?:need|get|reach|have|want) [\d.,k]+ (?:more )?subscribers\b"),
    _sign("counts its subscribers", 2.6, "subs", r"\bsubscribers\b"),
    _sign("asks to look", 3.9, "chec chac chek visi look list give my our mine go",
          r"\b(?:ch[ea]c?k(?:ing)? ?(?:out|it|my|me|our|us|this|these|them|him|her|mine)\b"
          r"|check\b.{1,30}\bout\b|visit (?:my|our|us|me|the|this)"
          r"|look (?:at|up) (?:my|our|me|this|her|his)\b"
          r"|(?:take|have) a (?:quick )?(?:look|listen)"
          r"|give (?:it|me|us|this|my|him|her) an? (?:like|listen|look|chance|try|shot|thumb)"
          r"|listen to (?:my|our|me|this)\b|go to (?:my|our|this)\b"
          r"|(?:watch|see|hear|view|search) (?:my|our|mine)\b)"),
    _sign("shows its own work", 2.0,
          "my our mi mine chan chha cana blog web webs stor shop mixt remi cove rap demo",
          rf"\b(?:(?:my|our|mi|a|this|one) (?:\w+ ){{0,3}}?(?:{_MEDIA})\b"
          rf"|(?:my|our|mine) (?:\w+ ){{0,2}}?(?:{_OURS})\b)"),
    _sign("names a channel", 1.6, "chan chha cana play",
          r"\bchh?ann?els?\b|\bcanal\b|\bplaylist\b"),
    _sign("pleads", 1.7, "plea pls plz plzz pliz plis plss plez ples", r"\bpl[eaiz]*[sz]+e*\b"),
    _sign("asks to follow", 3.0, "foll add hit l4l f4f segu like",
          r"\b(?:follow(?:ers?)? (?:me|us|my|on|4|for|back|please|@)|add me\b|follow\b.{0,12}@"
          r"|hit me up\b|l4l\b|f4f\b|me segue\b|like (?:4|for) like)"),
    _sign("begs for likes", 3.3, "like shar thum reas many",
          r"\b(?:like (?:this|my|the|ma) (?:comment|vid|video|page|post)"
          r"|thumbs? ?(?:it |this )?up (?:if|for|to|so)\b|like if (?:you|u|ur)\b"
          r"|share (?:your|this|my|it|on)\b|next share\b|no reason\b"
          r"|like (?:and|&) share|how many (?:people|thumbs|likes))"),
    _sign("asks for support", 1.4, "vote dona join supp help clic sign peti char",
          r"\b(?:vote\b|donat|join\b|support (?:me|us|my|our|the|this)|petition\b|charity\b"
          r"|help (?:me|us|my|him|her)\b|click\b|sign (?:up|the|this))"),
    _sign("promises something", 1.3,
          "free win priz cash earn gift give code hack buy disc prom down traf lead vip mone home"
          " per",
          r"\b(?:free (?!style)|free$|win (?:an?|the|free|\$|up)\b|prizes?\b|cash\b|earn\b"
          r"|gift ?cards?\b|giveaway|codes?\b|hack(?:s|fb|ed)?\b|buy\b"
          r"|discount|promo(?:te|tion)?\b|download|traffic\b|leads\b|vip\b"
          r"|(?:real|make|pay|paypal|pal|easy) money\b|from home\b|per (?:day|week|hour)\b)"),
    _sign("bait", 3.2,
          "cryp bitc aird what tele dm txt text call clai casi viag only inbo won been gift earn"
          " repl min msg buy",
          r"\b(?:crypto (?:giveaway|wallet|signals?)|bitcoins? to\b|airdrop"
          r"|whats ?app\b.{0,9}\d|telegram (?:group|channel|me)|dm me\b|txt\b"
          r"|text (?:\w+ ){1,3}to \d|call (?:now|\d{4}|0\d)|claim (?:your|ur|it|now|call)\b"
          r"|casino bonus|viagra|onlyfans\.|inbox me|reply (?:yes|stop)\b"
          r"|you(?:'ve| have)? (?:won|been (?:selected|awarded|chosen))"
          r"|gift ?cards?\b.{0,40}\bfree\b|free\b.{0,40}\bgift ?cards?\b"
          r"|earn (?:real |easy |extra )?money\b|buy (?:followers|likes|views)\b)"),
    _sign("greets everybody", 0.7, "hey hi hell yo sup dear",
          r"^\W*(?:hey|hi|hello|yo|sup|dear)\b.{0,12}\b(?:guys|everyone|everybody|all|there"
          r"|people|peeps|friends|y'?all)\b"),
    _sign("introduces itself", 1.4,
          "name rapp sing prod arti yout song band musi dj game new smal upco unsi star rap popu"
          " know vide cove beat chan remi",
          r"\b(?:my name is\b|(?:im|i'm|i am|we are|we're) (?:just )?(?:an? |the )?(?:\w+ ){0,2}"
          r"(?:rapper|singer|producer|artist|youtuber|songwriter|band|musician|dj|gamer)\b"
          r"|(?:new|small|upcoming|unsigned|young) (?:channel|artist|rapper|band|youtuber)"
          r"|(?:new|started) (?:on|to) youtube|i rap\b|getting (?:known|popular)"
          r"|i (?:just )?(?:made|make|did|do|post|upload) (?:an? )?(?:\w+ )?(?:music|videos?"
          r"|covers?|beats|songs?|channel|remix)\b)"),
    _sign("names a platform", 1.5,
          "face inst soun twit spot itun snap ebay amaz etsy pint play yout",
          rf"\b(?:(?:{_PLATFORMS}|play\.google)\b|on youtu(?:be ?:|\b))"),
    _sign("thanks in advance", 1.0, "than appr mean",
          r"\bthanks (?:for|guys|to|in|a)\b|\bthanks?\W*$|\bthank ?(?:you|u)\b\W*$"
          r"|\bappreciate|\bmean a lot"),
)


def _index() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, sign in enumerate(SIGNS):
        for start in sign.starts:
            found.setdefault(start, []).append(place)
    return found


_PLACES: Final = _index()
_STARTS: Final = frozenset(_PLACES)


def signs_of(text: str) -> list[tuple[float, str]]:
    """The signs in a text with their weights, the heaviest first."""
    read = fold(text[:LONGEST_TEXT]).replace("\ufeff", "").replace("&#39;", "'")
    words = words_of(read)
    begun = _STARTS.intersection([word[:_START] for word in words])
    if not begun:
        return []
    places = {n for start in begun for n in _PLACES[start]}
    tried = [SIGNS[n] for n in sorted(places)]
    found = [(sign.weight, sign.reason) for sign in tried if sign.pattern.search(read)]
    if found:
        found += _shape(read, words, linked=found[0][1] == "link")
    found.sort(key=lambda sign: -sign[0])
    return found


def _shape(read: str, words: list[str], linked: bool) -> list[tuple[float, str]]:
    """Length and repetition; they make signs heavier and are none by themselves."""
    marks = []
    if linked and len(words_of(_LINK.sub("", read))) <= FEW_WORDS:
        marks.append((1.2, "nothing but a link"))
    if len(read) > LONG:
        marks.append((0.8, "long"))
    if len(words) >= 8 and len(set(words)) < 0.75 * len(words):
        marks.append((0.6, "repeats itself"))
    return marks


def weigh(signs: list[tuple[float, str]], bias: float = BIAS) -> Spam:
    return Spam(logistic(log_odds(signs, bias)), tuple(reason for _, reason in signs))


def log_odds(signs: list[tuple[float, str]], bias: float) -> float:
    return fsum((bias, *(weight for weight, _ in signs)))


def judged_text(title: str, text: str, kind: str) -> str:
    """Posts and comments are judged whole; articles and videos by what they are called."""
    if title and (kind in TITLED_KINDS or not text):
        return title
    return f"{title}\n{text}" if title else text


def bias_of(kind: str) -> float:
    if kind in TITLED_KINDS:
        return BIAS + EDITED
    return BIAS if kind == "comment" else BIAS + STANDS_ALONE


def spam_of(title: str, text: str, kind: str) -> Spam:
    """The score of what a source said, by the rules."""
    signs, bias = signs_of(judged_text(title, text, kind)), bias_of(kind)
    return weigh(signs, bias) if signs else _unsigned(bias)


@lru_cache(maxsize=64)
def _unsigned(bias: float) -> Spam:
    return weigh([], bias)
