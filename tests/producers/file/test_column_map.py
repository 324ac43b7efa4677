"""Column maps: what they accept, and what they refuse by name."""

import pytest

from producers.file.column_map import ColumnMapError, parse_map
from schemas.errors import SettingsError

MAP = "known_time=first_seen,event_time=publishedAt,text=title+description,url=url,channel=source"


def test_first_column_of_a_joined_text_is_the_title() -> None:
    column_map = parse_map(MAP)
    assert column_map.title_column == "title"
    assert column_map.body_columns == ("description",)
    assert column_map.known_time == "first_seen"


def test_single_text_column_is_no_title() -> None:
    column_map = parse_map("known_time=t,text=body")
    assert (column_map.title_column, column_map.body_columns) == (None, ("body",))


def test_title_of_its_own_leaves_the_joined_text_whole() -> None:
    column_map = parse_map("known_time=t, text=lead+body, title=head")
    assert column_map.title_column == "head"
    assert column_map.body_columns == ("lead", "body")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("known_time=t,text=a,headline=b", "'headline'"),
        ("known_time=t,text=a,nonsense", "'nonsense'"),
        ("known_time=t,text=a,url=", "'url='"),
        ("known_time=t,text=a,text=b", "'text' is given twice"),
        ("text=a", "known_time=<column> is missing"),
        ("known_time=t", "text=<column> is missing"),
        ("known_time=a+b,text=c", "'known_time'"),
        ("known_time=t,text=a+", "empty column"),
        ("known_time=t,text=a,url=u,type=host:x.com->gossip", "'gossip'"),
        ("known_time=t,text=a,url=u,type=host:x.com", "'x.com' in type="),
        ("known_time=t,text=a,url=u,type=x.com->news", "host:HOST->TYPE"),
        ("known_time=t,text=a,type=host:x.com->news", "needs url="),
        ("known_time=t,x.com->news,text=a", "'x.com->news'"),
    ],
)
def test_map_that_is_not_understood_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(SettingsError, match="column map") as refusal:
        parse_map(text)
    assert named in str(refusal.value)


def test_column_that_the_recording_lacks_is_refused_by_name() -> None:
    with pytest.raises(ColumnMapError, match=r"saved\.csv has no column 'first_seen'.*: a, b"):
        parse_map(MAP).refuse_missing(["b", "a"], "saved.csv")


def test_type_clause_ends_where_the_next_target_begins() -> None:
    column_map = parse_map(
        "known_time=t,url=u,type=host:youtube.com->video, reddit.com->social,*->news,text=a"
    )
    types = column_map.row_types
    assert types is not None
    assert types.rules == (("youtube.com", "video"), ("reddit.com", "social"), ("*", "news"))
    assert column_map.columns == ("t", "u", "a")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.YouTube.com/watch?v=1", "video"),
        ("https://youtube.com", "video"),
        ("https://notyoutube.com/a", "charts"),
        ("https://[broken", "charts"),
        ("", "charts"),
    ],
)
def test_host_tells_the_type_with_its_subdomains(url: str, kind: str) -> None:
    types = parse_map("known_time=t,text=a,url=u,type=host:youtube.com->video").row_types
    assert types is not None
    assert types.of(url, "charts") == kind


def test_column_tells_the_type_by_its_value() -> None:
    column_map = parse_map("known_time=t,text=a,type=feed:Subreddit->social,*->news")
    types = column_map.row_types
    assert types is not None
    assert [types.of(value, "video") for value in ("subreddit", "x.subreddit")] == [
        "social",
        "news",
    ]
    assert "feed" in column_map.columns
