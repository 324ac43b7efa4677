"""Who speaks, and as what type of evidence."""

import pytest

from schemas.records import RawMention
from streams.core.outlets import HOSTS_BY_OWNER, label_of, outlet_of, owner_named
from streams.core.resolve import voice_of


def raw(**changes: object) -> RawMention:
    fields: dict[str, object] = {
        "id": "1", "event_time": 0, "known_time": 0, "source": "newsapi", "source_type": "news",
        "native_id": "1", "channel": "Example News", "title": "T",
    }
    return RawMention(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("url", "owner", "source_type"), [
    ("https://variety.com/2026/film/x", "variety.com", "trade"),
    ("https://www.deadline.com/x?y#z", "deadline.com", "trade"),
    ("https://www.youtube.com/watch?v=1", "youtube.com", "video"),
    ("http://user@www.mirror.co.uk:8080/a", "Reach", None),
    ("https://timesofindia.indiatimes.com/a", "Times of India", None),
    ("https://zeenews.india.com/a", "Zee", None),
    ("https://blog.example.org/a", "example.org", None),
])
def test_the_owner_of_a_link(url: str, owner: str, source_type: str | None) -> None:
    found = outlet_of(url)
    assert found is not None
    assert (found.owner, found.source_type) == (owner, source_type)


@pytest.mark.parametrize("url", [
    None, "", "no link", "https://news.google.com/rss/articles/CBMi?oc=5", "mailto:x", "https://",
    "http://[bad",
])
def test_what_is_no_link_has_no_outlet(url: str | None) -> None:
    assert outlet_of(url) is None


def test_a_link_to_a_trade_outlet_in_a_post_is_trade() -> None:
    post = raw(source="reddit", source_type="social", url="https://variety.com/x", author="ana")
    assert voice_of(post, "").source_type == "trade"


def test_a_post_that_links_a_video_is_still_a_post() -> None:
    post = raw(source="reddit", source_type="social", url="https://youtu.be/x", author="ana")
    assert voice_of(post, "").source_type == "social"


def test_two_hosts_of_one_owner_are_one_voice() -> None:
    one = voice_of(raw(url="https://www.mirror.co.uk/a"), "")
    other = voice_of(raw(url="https://www.express.co.uk/b", channel="Express"), "")
    assert one.author_key == other.author_key


def test_a_redirect_speaks_with_its_channel() -> None:
    hidden = "https://news.google.com/rss/articles/CBMi"
    one = voice_of(raw(url=f"{hidden}1", channel="Paper A"), "")
    other = voice_of(raw(url=f"{hidden}2", channel="Paper B"), "")
    assert one.author_key != other.author_key


def test_a_video_speaks_with_the_publisher_in_its_title() -> None:
    one = voice_of(raw(url="https://www.youtube.com/watch?v=1", channel=""), "Studio A")
    other = voice_of(raw(url="https://www.youtube.com/watch?v=2", channel=""), "Studio B")
    assert one.source_type == "video"
    assert one.author_key != other.author_key


@pytest.mark.parametrize(("name", "owner"), [
    ("Express.co.uk", "Reach"), ("Daily Mail", "DMG Media"), ("The Guardian", "Guardian"),
    ("Mirror Online", "Reach"), ("E! Online", "NBCUniversal"), ("BBC News", "BBC"),
    ("Thenews.com.pk", "thenews.com.pk"), ("The News", "The News"), ("Paper A", "Paper A"),
    ("ABC News (AU)", "abc.net.au"),
])
def test_the_owner_of_a_publishers_name(name: str, owner: str) -> None:
    assert owner_named(name) == owner


def test_a_paper_is_one_voice_by_link_and_by_name() -> None:
    """One source links the article, another hides the link and names the paper."""
    hidden = "https://news.google.com/rss/articles/CBMi"
    for url, name in (
        ("https://www.pinkvilla.com/a", "Pinkvilla"), ("https://www.express.co.uk/a", "Express"),
        ("https://www.theguardian.com/film/a", "The Guardian"),
    ):
        linked = voice_of(raw(url=url, channel=name), "")
        named = voice_of(raw(url=hidden, channel=name), "")
        assert linked.author_key == named.author_key, name


def test_a_link_that_lost_its_slash_is_the_papers() -> None:
    found = outlet_of("https://www.theguardian.commusic/2020/a")
    assert found is not None
    assert found.owner == "Guardian"


@pytest.mark.parametrize(("url", "owner"), [
    ("https://paper-one.nosuchsuffix/a", "paper-one.nosuchsuffix"),
    ("https://paper-two.nosuchsuffix/a", "paper-two.nosuchsuffix"),
    ("http://10.0.0.1/a", "10.0.0.1"),
])
def test_hosts_below_no_public_suffix_are_not_one(url: str, owner: str) -> None:
    found = outlet_of(url)
    assert found is not None
    assert found.owner == owner


def test_no_host_has_two_owners() -> None:
    hosts = [host for hosts in HOSTS_BY_OWNER.values() for host in hosts]
    assert len(hosts) == len(set(hosts))
    assert all(host == host.lower() and "." in host for host in hosts)


@pytest.mark.parametrize("name", ["", "!!!", "\u6771\u4eac", "a b", "The"])
def test_a_label_is_never_empty_for_a_name(name: str) -> None:
    assert bool(label_of(name)) == bool(name)
