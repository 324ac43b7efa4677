"""Views by article and day, out of any answer of the services that count them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from producers.base.errors import UnreadableBodyError
from producers.fields import inner, number_of
from producers.wikipedia.titles import plain_title
from schemas.clock import DAY_MS, Millis, millis

WIKIPEDIA: Final = "en.wikipedia"  # of answers that do not say whose figures they hold


@dataclass(frozen=True, slots=True)
class Figure:
    """How often an article was looked at in a span of time, which is a day unless it says else."""

    project: str
    title: str
    ends: Millis
    day: str  # 2026-11-20, 2026-11 for a month, 2026-11-20T13 for an hour
    views: float
    rank: int | None = None
    readers: str = ""  # user, spider, automated; empty for all of them

    @property
    def unit(self) -> str:
        return {7: "views per month", 10: "views per day"}.get(len(self.day), "views per hour")


def figures(told: Any) -> Iterator[Figure]:
    """Raises UnreadableBodyError for what is no answer of theirs."""
    if isinstance(told, dict) and isinstance(told.get("items"), list):
        yield from _of_rest(told["items"])
    elif isinstance(told, dict) and isinstance(told.get("query"), dict):
        yield from _of_action(told["query"])
    else:
        named = ", ".join(sorted(map(str, told))[:12]) if isinstance(told, dict) else ""
        raise UnreadableBodyError(f"no page views, but {named[:160] or type(told).__name__}")


def _of_rest(items: list[Any]) -> Iterator[Figure]:
    known = [item for item in items if isinstance(item, dict) and "project" in item]
    if items and not known:
        raise UnreadableBodyError("items without a project: no page views")
    for item in known:
        project = str(item["project"]).removesuffix(".org")
        articles = item.get("articles")
        if isinstance(articles, list):
            yield from _top(item, project, articles)
        elif "article" in item:
            yield from _one(item, project)


def _top(item: dict[str, Any], project: str, articles: list[Any]) -> Iterator[Figure]:
    year, month, day = (str(item.get(part) or "") for part in ("year", "month", "day"))
    whole_month = not day.isdecimal()
    span = _span(f"{year}{month.zfill(2)}{'' if whole_month else day.zfill(2)}")
    if span is None:
        raise UnreadableBodyError(f"a top list of no day: {year}/{month}/{day}"[:80])
    for row in articles:
        views = number_of(inner(row, "views"))
        # Countries are told in steps of a hundred, for the sake of the readers.
        views = number_of(inner(row, "views_ceil")) if views is None else views
        title = plain_title(inner(row, "article"))
        if title and views is not None:
            rank = number_of(inner(row, "rank"))
            where = str(row.get("project") or project).removesuffix(".org")
            yield Figure(where, title, span[1], span[0], views, int(rank) if rank else None)


def _one(item: dict[str, Any], project: str) -> Iterator[Figure]:
    span, views = _span(str(item.get("timestamp") or "")), number_of(item.get("views"))
    title, agent = plain_title(item.get("article")), str(item.get("agent") or "")
    if span is None:
        raise UnreadableBodyError("a count of views without a day")
    if title and views is not None:
        readers = "" if agent in ("all-agents", "") else agent
        yield Figure(project, title, span[1], span[0], views, readers=readers)


def _of_action(query: dict[str, Any]) -> Iterator[Figure]:
    """`prop=pageviews` counts people by day; `list=mostviewed` names no day, so it tells none."""
    pages = query.get("pages")
    listed = list(pages.values()) if isinstance(pages, dict) else pages
    if not isinstance(listed, list):
        raise UnreadableBodyError("a query without pages: no page views")
    counted = [page for page in listed if isinstance(inner(page, "pageviews"), dict)]
    if listed and not counted:
        raise UnreadableBodyError("pages without page views")
    for page in counted:
        title = plain_title(page.get("title"))
        for day, views in sorted(page["pageviews"].items()):
            span, count = _span(str(day).replace("-", "")), number_of(views)
            if title and span is not None and count is not None:
                yield Figure(WIKIPEDIA, title, span[1], span[0], count, readers="user")


def _span(stamp: str) -> tuple[str, Millis] | None:
    """The name of a month, day or hour, and when it ends; None for no date.

    A day is written with a zero hour behind it, an hour only where hours are counted.
    """
    form = {6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H"}.get(len(stamp))
    try:
        begins = datetime.strptime(stamp, form or "").replace(tzinfo=UTC) if form else None
    except ValueError:
        return None
    if begins is None:
        return None
    if len(stamp) == 6:
        following = begins.replace(day=28).timestamp() * 1000 + 4 * DAY_MS
        ends = datetime.fromtimestamp(following / 1000, UTC).replace(day=1)
        return f"{begins:%Y-%m}", millis(ends)
    return f"{begins:%Y-%m-%d}", millis(begins) + DAY_MS
