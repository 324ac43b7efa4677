"""The trade press and Google News, as RSS."""

from dataclasses import replace
from typing import Final
from urllib.parse import quote

from producers.simulate.phrases import MARK
from producers.simulate.upstreams.exchange import (
    FEED,
    Answer,
    Question,
    element,
    nothing_there,
    page,
    rfc,
)
from producers.simulate.upstreams.past import Past, matches, number_of, short_name
from schemas.clock import DAY_MS, HOUR_MS
from schemas.records import RawMention

TRADE_HOSTS: Final = ("variety.com", "www.hollywoodreporter.com", "deadline.com", "ew.com")
NEWS_HOST: Final = "news.google.com"
HOSTS: Final = (*TRADE_HOSTS, NEWS_HOST)
TRADE_ENTRIES: Final = 30
NEWS_ENTRIES: Final = 100
THROTTLED: Final = page("<html><title>Sorry...</title>unusual traffic</html>", status=429)
SPENT: Final = THROTTLED


def answer(past: Past, question: Question) -> Answer:
    if question.host == NEWS_HOST:
        return _news(past, question)
    return _trade(past, question.host) if question.path == "/feed/" else nothing_there(question)


def _trade(past: Past, host: str) -> Answer:
    """Each story is in one of the papers, where it stays for two days."""
    place = TRADE_HOSTS.index(host)
    own = [m for m in past.said("trades", 2 * DAY_MS) if number_of(m.id, len(TRADE_HOSTS)) == place]
    answered = _rss(f"{host} {MARK}", [_trade_entry(m, host) for m in own[:TRADE_ENTRIES]])
    changed = {"Last-Modified": rfc(own[0].event_time)} if own else {}
    return replace(answered, headers={**answered.headers, **changed})


def trade_guid(mention: RawMention, host: str) -> str:
    return f"https://{host}/?p={number_of(mention.native_id, 10**9)}"


def _trade_entry(mention: RawMention, host: str) -> str:
    return "".join((
        "<item>", element("title", mention.title),
        element("link", f"https://{host}/simulated/{short_name(mention.id, 9)}/"),
        element("guid", trade_guid(mention, host), isPermaLink="false"),
        element("pubDate", rfc(mention.event_time)), element("category", "Simulated"),
        element("description", f"{mention.title} A report of the simulated world."), "</item>",
    ))  # fmt: skip


def _news(past: Past, question: Question) -> Answer:
    """A topic holds the day; a search with when:1h the hour."""
    query = question.query.get("q", "")
    within = HOUR_MS if "when:1h" in query else DAY_MS
    if not question.path.startswith("/rss/"):
        return nothing_there(question)
    found = [m for m in past.said("google-news", within) if matches(query, m.title)]
    return _rss("Google News [simulated]", [_news_entry(m) for m in found[:NEWS_ENTRIES]])


def _news_entry(mention: RawMention) -> str:
    host = f"https://{quote(mention.channel.split(' (')[0].replace(' ', '').lower())}.example"
    return "".join((
        "<item>", element("title", f"{mention.title} - {mention.channel}"),
        element("link", f"https://{NEWS_HOST}/rss/articles/{short_name(mention.id, 20)}?oc=5"),
        element("guid", short_name(mention.id, 20), isPermaLink="false"),
        element("pubDate", rfc(mention.event_time)), element("description", mention.title),
        element("source", mention.channel, url=host), "</item>",
    ))  # fmt: skip


def _rss(title: str, entries: list[str]) -> Answer:
    head = element("title", title) + element("language", "en-US")
    return page(f'<rss version="2.0"><channel>{head}{"".join(entries)}</channel></rss>', FEED)
