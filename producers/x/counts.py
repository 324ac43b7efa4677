"""How many posts there were, bucket by bucket: levels of a search, one mention for each.

Only whole buckets: the first and the last of an answer are cut by the moment of asking, and would
stay wrong for ever under the name that the whole one has.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from producers.fields import inner, line_of, moment_of, number_of
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, Millis
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES

NAME: Final = "x"
UNITS: Final = {MINUTE_MS: "minute", HOUR_MS: "hour", DAY_MS: "day"}
UNTOLD: Final = "a search on X"
LABEL: Final = "counts "


class Bucket(NamedTuple):
    start: Millis
    end: Millis
    posts: float


def mentions_of_counts(
    documents: Sequence[Any], asked: str, fetched_at: Millis
) -> Iterator[RawMention]:
    """`asked` is the question's label; a recording may hold the question itself."""
    for document in documents:
        for part in document if isinstance(document, list) else [document]:
            query = asked.removeprefix(LABEL) if asked.startswith(LABEL) else _query_in(part)
            for bucket in buckets(part):
                if bucket.end <= fetched_at:
                    yield _mention(bucket, query, fetched_at)


def is_counts(document: Any) -> bool:
    """Whether it is an answer to a question for counts, were there none."""
    if isinstance(document, list):
        return any(map(is_counts, document))
    if inner(document, "meta", "total_tweet_count") is not None:
        return True
    return any("tweet_count" in node for node in _nodes(document))


def buckets(document: Any) -> Iterator[Bucket]:
    for node in _nodes(document):
        start, end = moment_of(node.get("start")), moment_of(node.get("end"))
        posts = number_of(node.get("tweet_count"))
        if start is None or end is None or posts is None or posts < 0:
            continue
        length = end - start
        if length in UNITS and start % length == 0:
            yield Bucket(start, end, posts)


def _nodes(document: Any) -> Iterator[Mapping[str, Any]]:
    listed = document.get("data") if isinstance(document, dict) else None
    return (node for node in (listed if isinstance(listed, list) else []) if isinstance(node, dict))


def _query_in(document: Any) -> str:
    """The search, where a recorder kept the address that it asked."""
    address = line_of(inner(document, "__twarc", "url"))
    try:
        return line_of(parse_qs(urlsplit(address).query).get("query", [""])[0])
    except ValueError:
        return ""


def _mention(bucket: Bucket, query: str, fetched_at: Millis) -> RawMention:
    unit = UNITS[bucket.end - bucket.start]
    native_id = f"counts|{query}|{unit}|{bucket.start}"
    return RawMention(
        id=mention_id(NAME, native_id),
        native_id=native_id,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        kind="trend",
        event_time=bucket.end,
        known_time=fetched_at,
        channel="counts",
        title=query or UNTOLD,
        level=bucket.posts,
        level_unit=f"posts per {unit}",
    )
