"""Box Office Mojo by day, and IMDb's charts of what is looked up."""

import json
from datetime import datetime
from html import escape
from typing import Final

from producers.simulate.upstreams.exchange import Answer, Question, nothing_there, page
from producers.simulate.upstreams.past import Past, number_of

MOJO: Final = "www.boxofficemojo.com"
IMDB: Final = "www.imdb.com"
HOSTS: Final = (MOJO, IMDB)
KINDS: Final = {"moviemeter": ("film",), "tvmeter": ("show",)}
HEADINGS: Final = ("TD", "YD", "Release", "Daily", "Theaters", "To Date", "Days", "Distributor")
THROTTLED: Final = page("<html><title>429</title></html>", status=429)
SPENT: Final = page("<html><title>403 Forbidden</title></html>", status=403)


def answer(past: Past, question: Question) -> Answer:
    parts = question.path.strip("/").split("/")
    if question.host == MOJO and len(parts) == 2 and parts[0] == "date":
        return _day(past, parts[1])
    if question.host == IMDB and len(parts) == 2 and parts[1] in KINDS:
        return _chart(past, parts[1])
    return nothing_there(question)


def _day(past: Past, day: str) -> Answer:
    try:
        date = datetime.strptime(day, "%Y-%m-%d")  # noqa: DTZ007 - a day of a calendar
    except ValueError:
        return page("<html><title>400</title></html>", status=400)
    title = f"Domestic Box Office For {date:%b} {date.day}, {date.year}"
    films = past.named(("film",))
    takings = sorted(((_taken(film.id, day), film) for film in films), key=lambda pair: -pair[0])
    lines = [
        _row("td", str(rank), "-",
             f'<a href="/release/rl{_number(film.id)}/">{escape(film.name)} [simulated]</a>',
             f"${taken:,}", "3,000", f"${9 * taken:,}", "9", "Simulated Pictures")
        for rank, (taken, film) in enumerate(takings, start=1)
    ]  # fmt: skip
    table = f'<table class="mojo-body-table">{_row("th", *HEADINGS)}{"".join(lines)}</table>'
    body = f"<h1>{title}</h1>{table if films else ''}"
    return page(f"<!doctype html><html><title>{title} - Box Office Mojo</title>{body}</html>")


def _row(cell: str, *texts: str) -> str:
    return f"<tr>{''.join(f'<{cell}>{text}</{cell}>' for text in texts)}</tr>"


def _taken(film: str, day: str) -> int:
    return 20_000 + number_of(f"{film}:{day}", 3_000_000)


def _number(name: str) -> int:
    return 10**9 + number_of(name, 10**9)


def _chart(past: Past, chart: str) -> Answer:
    edges = [
        {"currentRank": rank, "node": {
            "id": f"tt{10**7 + number_of(work.id, 10**7)}",
            "titleText": {"text": f"{work.name} [simulated]"}, "releaseYear": {"year": 2026},
            "ratingsSummary": {"voteCount": number_of(work.id, 10**5)},
        }}
        for rank, work in enumerate(past.named(KINDS[chart]), start=1)
    ]  # fmt: skip
    carried = json.dumps({"props": {"pageProps": {"chartTitles": {"edges": edges}}}})
    script = f'<script id="__NEXT_DATA__" type="application/json">{carried}</script>'
    return page(f"<!doctype html><html><title>IMDb: {chart}</title>{script}</html>")
