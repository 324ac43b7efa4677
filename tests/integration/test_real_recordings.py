"""Real recordings of others, read in place: live, on one worker and on three, as in this process.

Too slow for every run. The folder is not part of the project; where it is absent, this is skipped.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deploy import topics
from deploy.replay.plan import Plan, Reel
from deploy.replay.run import in_process, on_kafka, summary
from schemas.clock import iso
from schemas.settings import KafkaSection
from tests.integration.killing import killer

HISTORY = Path(__file__).parents[3] / "shared" / "data" / "history"
ARTICLES = "known_time=first_seen,event_time=publishedAt,text=title+description,url=url"
BY_HOST = ("type=host:youtube.com->video,variety.com->trade,deadline.com->trade,"
           "hollywoodreporter.com->trade,ew.com->trade,thewrap.com->trade,*->news")
LINKS = "known_time=timestamp,text=title,url=link,channel=category"
STORIES = "known_time=at,text=title,url=url,author=author,id=id"
BEGIN, END = "2022-01-17T00", "2022-01-21T00"  # all three were recorded then
WIDE_GATES = {  # so that there is something to tell
    "gates.min_types": 1, "gates.min_authors": 2, "gates.min_authors_each": 1,
    "gates.min_authors_of": {}, "gates.min_story_items": 2, "gates.min_cohesion": 0.1,
    "gates.detection": 1.0, "gates.quiet": 0.5, "discovery.min_types": 1,
    "discovery.min_authors": 3,
}
pytestmark = [
    pytest.mark.integration, pytest.mark.soak, pytest.mark.timeout(3600),
    pytest.mark.skipif(not HISTORY.is_dir(), reason="the folder of real recordings is not here"),
]


def rows(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(HISTORY / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def cut_out(name: str, told_at: str, out: Path) -> Path:
    """The rows of the days that all have in common."""
    def text(row: dict[str, Any]) -> str:
        at = row[told_at]
        return at if isinstance(at, str) else iso(round(at * 1000))

    kept = [row for row in rows(name) if BEGIN <= text(row) < END]
    assert len(kept) > 100
    out.write_text("".join(json.dumps(row) + "\n" for row in kept), "utf-8")
    return out


def front_page(out: Path) -> Path:
    """Every story of a front page, when it was seen first."""
    first: dict[str, dict[str, Any]] = {}
    for page in rows("hn_frontpage_2022-01/snapshots.jsonl.gz"):
        if BEGIN <= page["observed_at"] < END:
            for story in page["items"]:
                first.setdefault(story["id"], {**story, "at": page["observed_at"]})
    out.write_text("".join(json.dumps(row) + "\n" for row in first.values()), "utf-8")
    return out


def three_kinds(folder: Path) -> Plan:
    news = cut_out("newsapi_entertainment_2022-01/articles.jsonl.gz", "first_seen",
                   folder / "news.jsonl")
    links = cut_out("reddit_hot_links_2021-11_2022-01/links.jsonl.gz", "timestamp",
                    folder / "links.jsonl")
    return Plan(
        news, f"{ARTICLES},channel=source", "newsapi", overrides=WIDE_GATES, keep=True,
        more=(Reel(links, LINKS, "reddit"), Reel(front_page(folder / "hn.jsonl"), STORIES, "x")),
    )


def one_with_trades(folder: Path) -> Plan:
    every = sorted(rows("newsapi_entertainment_2020-04_06/articles.jsonl.gz"),
                   key=lambda row: row["first_seen"])
    out = folder / "articles.jsonl"
    out.write_text("".join(json.dumps(row) + "\n" for row in every[:8000]), "utf-8")
    return Plan(out, f"{ARTICLES},channel=source,{BY_HOST}", "newsapi",
                overrides=WIDE_GATES, keep=True)


@pytest.fixture(scope="module", params=[three_kinds, one_with_trades])
def recording(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Plan, dict[str, Any]]:
    plan = request.param(tmp_path_factory.mktemp("real"))
    return plan, summary(*in_process(plan), plan)


@pytest.mark.parametrize(("workers", "partitions"), [(1, 2), (3, 5)])
def test_live_is_equal_on_any_layout(
    recording: tuple[Plan, dict[str, Any]], workers: int, partitions: int,
    kafka_bootstrap: str, tmp_path: Path,
) -> None:
    """Of three workers one is killed; each has a home of its own, and they share the broker."""
    plan, expected = recording
    plan = replace(plan, workers=workers, raw_partitions=partitions, keyed_partitions=partitions)
    kafka = KafkaSection(bootstrap=kafka_bootstrap, namespace=f"real-{uuid4().hex[:8]}",
                         raw_partitions=partitions, keyed_partitions=partitions)
    roles = ["measure"] if workers > 1 else []
    try:
        with killer(tmp_path, roles) as killed:
            found = summary(*on_kafka(plan, kafka, tmp_path, lambda words: None), plan)
    finally:
        topics.delete_namespace(kafka)
    assert killed == roles, "the fault was not injected"
    print(json.dumps({"workers": workers, "events": found["events"], "digest": found["digest"]}))
    assert expected["alerts"] > 0
    for name in ("events", "digest", "articles", "resolved", "unresolved", "missing",
                 "alert_list", "hottest"):
        assert found[name] == expected[name], name
