"""Apify's runs of an actor that reads TikTok's Creative Center: hashtags, songs, creators."""

from collections import Counter
from typing import Any, Final

from producers.simulate.upstreams.exchange import Answer, Question, nothing_there, told
from producers.simulate.upstreams.past import Past, number_of
from schemas.clock import DAY_MS, HOUR_MS
from schemas.records import Entity

HOST: Final = "api.apify.com"
HOSTS: Final = (HOST,)
WEEK: Final = 7 * DAY_MS
THROTTLED: Final = told({"error": {"type": "rate-limit-exceeded", "message": "simulated"}}, 429)
SPENT: Final = told(
    {"error": {"type": "not-enough-usage-to-run-paid-actor", "message": "simulated"}}, 402
)


def answer(past: Past, question: Question) -> Answer:
    """As many rows as the run may charge for."""
    if not question.path.endswith("/run-sync-get-dataset-items"):
        return nothing_there(question)
    rows = [*_hashtags(past), *_songs(past), *_creators(past)]
    return told(rows[: question.number("maxItems", 100)], status=201)


def tag_of(entity: Entity) -> str:
    """A hashtag has no room for a label but within it."""
    return "".join(c for c in entity.name.casefold() if c.isalnum()) + "simulated"


def _talk(past: Past) -> Counter[str]:
    """How often each name was said within a day."""
    talk: Counter[str] = Counter()
    names = [entity.name for entity in past.named(("person", "film", "show", "group", "song"))]
    for mention in past.said("reddit", DAY_MS):
        talk.update(name for name in names if name in mention.title)
    return talk


def _hashtags(past: Past) -> list[dict[str, Any]]:
    talk, hours = _talk(past), past.moment // HOUR_MS % (24 * 365)
    entities = past.named(("person", "film", "show", "group", "song"))
    ranked = sorted(entities, key=lambda entity: (-talk[entity.name], entity.id))
    return [
        {
            "id": str(number_of(entity.id, 10**7)), "type": "hashtag", "name": f"#{tag_of(entity)}",
            "url": f"https://www.tiktok.com/tag/{tag_of(entity)}", "countryCode": "US",
            "rank": rank, "videoCount": 100 + 3 * hours + 40 * talk[entity.name],
            "viewCount": 20_000 + 900 * hours + 15_000 * talk[entity.name], "rankDiff": 0,
        }
        for rank, entity in enumerate(ranked, start=1)
    ]  # fmt: skip


def _songs(past: Past) -> list[dict[str, Any]]:
    return [
        {"type": "sound", "name": f"{song.name} [simulated]", "author": "A simulated singer",
         "countryCode": "US", "rank": rank, "durationSec": 30,
         "url": f"https://www.tiktok.com/music/x-{number_of(song.id, 10**9)}"}
        for rank, song in enumerate(past.named(("song",)), start=1)
    ]  # fmt: skip


def _creators(past: Past) -> list[dict[str, Any]]:
    return [
        {"type": "creator", "name": f"{person.name} [simulated]", "countryCode": "US", "rank": rank,
         "followerCount": 10_000 + number_of(person.id, 10**6),
         "url": f"https://www.tiktok.com/@{tag_of(person)}"}
        for rank, person in enumerate(past.named(("person",)), start=1)
    ]  # fmt: skip
