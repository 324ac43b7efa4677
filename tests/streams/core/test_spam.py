"""Which texts look like an advertisement of their own, and by which signs. All are invented."""

import pytest

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS
from streams.core.crowd import POSTS_PER_HOUR, Crowd
from streams.core.spam import SIGNS, spam_of
from tests.builders import NOON

ADVERTISEMENTS = (
    ("Please subscribe to my channel, new videos every day!!", "asks to subscribe"),
    ("check out my cover of this song on my channel, thanks", "asks to look"),
    ("SUSCRIBE TO ME and i will sub back", "asks to subscribe"),
    ("https://cheap-tickets.example/nova", "nothing but a link"),
    ("Hey guys I'm a rapper from a small town, give me a chance, i made a video", "asks to look"),
    ("Nova fans: win a free phone, claim your gift card for free at www.prizes.example", "bait"),
    ("like this comment if you love this song", "begs for likes"),
    ("follow me on instagram nova_fan_42", "asks to follow"),
)
OPINIONS = (
    "I love this song so much, the bridge gives me chills",
    "came here to check the views, still going strong",
    "That goal was free, honestly, and the keeper knows it",
    "Nova Reyes channels her grandmother in the second act",
    "who else is watching in 2015?",
    "she should win every prize there is for that ending",
    "",
    "\U0001f525\U0001f525\U0001f525",
)
HEADLINES = (
    "Take a look at Nova Reyes' latest Instagram picture",
    "You can no longer subscribe to the harbour service via its channels - TheLedger.com",
    "Nova Reyes donates $200,000 to charity after fans vote online",
    "Free download of the festival playlist: how to join",
    "Check out these shows adapted from novels on Amazon, Netflix and more",
)


@pytest.mark.parametrize(("text", "reason"), ADVERTISEMENTS)
def test_an_advertisement_below_somebody_elses_work(text: str, reason: str) -> None:
    found = spam_of("", text, "comment")
    assert found.score >= 0.5
    assert reason in found.reasons


@pytest.mark.parametrize("text", OPINIONS)
def test_an_opinion_is_no_advertisement(text: str) -> None:
    assert spam_of("", text, "comment").score < 0.5


@pytest.mark.parametrize("title", HEADLINES)
def test_a_headline_may_say_what_a_comment_may_not(title: str) -> None:
    assert spam_of(title, "Subscribe to my channel! https://example.org", "article").score < 0.5


def test_people_link_what_they_talk_about() -> None:
    said = "Check out the new Nova Reyes trailer https://example.org/trailer"
    assert spam_of(said, "", "post").score < 0.8 <= spam_of("", said, "comment").score
    sold = "Please subscribe to my channel and check out my shop https://example.org/shop"
    assert spam_of("", sold, "post").score > 0.8


def test_reasons_come_heaviest_first() -> None:
    found = spam_of("", "Please subscribe to my channel", "comment")
    assert found.reasons == (
        "asks to subscribe", "shows its own work", "pleads", "names a channel",
    )


def test_every_sign_can_be_met() -> None:
    """Words that lead to a sign are not enough for it; some text must show each."""
    texts = [text for text, _ in ADVERTISEMENTS] + [
        "I have 300 subscribers", "see nova.example and shop.com", "bit.ly/x", "vote for us",
        "thanks for watching, it would mean a lot, thank you", "on youtube: nova",
    ]
    met = {reason for text in texts for reason in spam_of("", text, "comment").reasons}
    assert {sign.reason for sign in SIGNS} <= met


@pytest.mark.parametrize("text", ["sub" * 40_000, "free " * 9_000, "my " * 9_000, "a.com" * 9_000])
def test_a_huge_text_is_judged_by_its_beginning(text: str) -> None:
    assert spam_of("", text, "comment") == spam_of("", text[:1_000], "comment")


TEXT = "Nova Reyes tickets are nearly gone so hurry and call the number on the poster now {n}"


def test_the_third_nearly_equal_post_of_a_day_is_a_campaign() -> None:
    crowd = Crowd()
    told = [crowd.hear(TEXT.format(n=n), f"reader {n}", NOON + n * HOUR_MS) for n in range(3)]
    assert [one.score for one in told] == [0.0, 0.0, 0.9]
    assert told[2].reasons == ("2 nearly equal posts before it",)
    later = crowd.hear(TEXT.format(n=9), "reader 9", NOON + DAY_MS + 3 * HOUR_MS)
    assert later.score == 0.0


def test_short_texts_may_be_said_by_many() -> None:
    crowd = Crowd()
    assert {crowd.hear("love this song", f"reader {n}", NOON).score for n in range(9)} == {0.0}


def test_an_author_who_never_rests_is_told() -> None:
    crowd = Crowd()
    told = [crowd.hear(f"word{n}", "tim", NOON + n * MINUTE_MS) for n in range(POSTS_PER_HOUR + 1)]
    assert [one.score for one in told] == [0.0] * POSTS_PER_HOUR + [0.9]
    assert told[-1].reasons == ("11 posts of one author within the hour",)
    assert crowd.hear("word", None, NOON).score == 0.0
    assert crowd.hear("word", "tim", NOON + 3 * HOUR_MS).score == 0.0
