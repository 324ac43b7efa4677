"""Attacks on a clean recording open nothing; as many people with words of their own do."""

import random
from collections import Counter
from functools import lru_cache

import pytest

from producers.ticks import ticks_for_recording
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS
from schemas.errors import SettingsError
from schemas.records import Alert, Heat, Mention, RawMention
from streams.core.config import CoreConfig, configure
from streams.core.evidence import absorb
from streams.core.measure import fresh
from streams.core.pipeline import run
from streams.replay.adversary import MARK, Attack, inject, injected
from streams.replay.in_process import catalogue_of
from tests.builders import NOON, entity, raw

ATTACKS: tuple[Attack, ...] = ("brigade", "copies", "bots", "one-author", "cross-posts")
BEGINS = NOON + 36 * HOUR_MS
NAMES = ("Nova Reyes", "Ferry Tolliver")
TALK = (("reddit", "social", 8), ("youtube", "video", 3), ("google-news", "news", 2))
TRUSTING = configure({
    "evidence.near_bits": -1, "evidence.near_bits_press": -1, "evidence.duplicate_hours": 0,
    "evidence.author_per_day": 1000,
})
"""Believes everybody: what the attacks would do if nothing stood in their way."""

CATALOGUE = catalogue_of([entity("nova-reyes"), entity("ferry-tolliver")])


@lru_cache
def clean() -> tuple[RawMention, ...]:
    """Two days of idle talk, a few mentions a day of each name and source."""
    dice, made = random.Random(7), []
    for name in NAMES:
        for source, source_type, per_day in TALK:
            for k in range(int(per_day * 2)):
                at = NOON + dice.randrange(int(2 * DAY_MS))
                words = " ".join(dice.sample(WORDS, 6))
                made.append(raw(
                    f"{source}:{name}:{k}", at, event_time=at - MINUTE_MS, source="file",
                    source_type=source_type, title=f"{name} {words}", author=f"idle{k}",
                    channel=f"place {k}", url=None,
                ))
    return tuple(sorted(made, key=lambda record: (record.known_time, record.id)))


WORDS = (
    "lantern", "harbour", "violin", "orchard", "pepper", "meadow", "copper", "thunder", "velvet",
    "anchor", "biscuit", "canyon", "domino", "ember", "falcon", "garden", "hazel", "island",
)


@lru_cache
def played(
    *attacks: Attack, trusting: bool = False
) -> tuple[list[Alert], list[Heat], list[Mention]]:
    records = list(clean())
    for attack in attacks:
        records = inject(records, attack, 3, whom=NAMES[0], begins=BEGINS)
    config = TRUSTING if trusting else CoreConfig()
    log = ticks_for_recording(records, {"file": 1}, 2)
    out = [event.record for event in run(log, ("file",), CATALOGUE, config)]
    return (
        [e for e in out if isinstance(e, Alert)], [e for e in out if isinstance(e, Heat)],
        [e for e in out if isinstance(e, Mention) and e.entity_name == NAMES[0]],
    )


def verdicts(attack: Attack) -> Counter[str]:
    """What became of each injected mention, in the order of the core."""
    records = inject(list(clean()), attack, 3, whom=NAMES[0], begins=BEGINS)
    marked, state, config = injected(records), fresh(0), CoreConfig()
    found: Counter[str] = Counter()
    for one in sorted(played(attack)[2], key=lambda m: (m.known_time, m.id)):
        verdict = absorb(state, one, config.velocity, config.evidence)
        if one.raw_id in marked:
            found[verdict] += 1
    return found


def test_the_clean_recording_opens_nothing() -> None:
    assert played()[0] == []


def test_as_many_people_with_words_of_their_own_open_an_alert() -> None:
    opened = [alert for alert in played("genuine")[0] if alert.kind == "opened"]
    assert [alert.entity_name for alert in opened] == [NAMES[0]]
    assert verdicts("genuine")["counted"] >= 50


@pytest.mark.parametrize("attack", ["brigade", "copies", "bots"])
def test_an_attack_would_open_an_alert_if_it_were_believed(attack: Attack) -> None:
    assert "opened" in {alert.kind for alert in played(attack, trusting=True)[0]}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_opens_nothing(attack: Attack) -> None:
    assert played(attack)[0] == []


@pytest.mark.parametrize(("attack", "said", "most_counted", "verdict"), [
    ("brigade", 60, 8, "near-text"),
    ("copies", 160, 1, "same-text"),
    ("bots", 180, 8, "near-text"),
    ("one-author", 200, 8, "same-author"),
    ("cross-posts", 26, 1, "same-text"),
])
def test_an_attack_reaches_the_evidence_and_is_left_out(
    attack: Attack, said: int, most_counted: int, verdict: str
) -> None:
    found = verdicts(attack)
    assert found.total() == said  # every one was resolved to the name it aims at
    assert found["counted"] <= most_counted
    assert found[verdict] > said / 4


def test_people_see_what_was_left_out() -> None:
    told = [
        reason for heat in played("genuine", "copies")[1] for reason in heat.reasons
        if reason.clause == "left-out" and heat.entity_name == NAMES[0]
    ]
    most = max(told, key=lambda reason: reason.observed)
    assert most.observed >= 159
    assert most.name == "copies"


def test_the_same_attack_twice_is_the_same() -> None:
    once, again = (inject(clean(), "bots", 5, whom=NAMES[0]) for _ in range(2))
    assert once == again
    assert once != inject(clean(), "bots", 6, whom=NAMES[0])


def test_injected_mentions_say_so_and_keep_the_order() -> None:
    records = inject(clean(), "brigade", 1, whom=NAMES[0])
    assert len(injected(records)) == len(records) - len(clean()) == 60
    assert {r.attributes.get(MARK) for r in records} == {None, "brigade"}
    assert [r.known_time for r in records] == sorted(r.known_time for r in records)
    middle = NOON + DAY_MS
    begins = min(r.known_time for r in records if MARK in r.attributes)
    assert abs(begins - middle) < 3 * HOUR_MS


def test_an_unknown_attack_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"no attack 'earthquake'.*brigade"):
        inject(clean(), "earthquake", 1, whom=NAMES[0])  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="empty recording"):
        inject([], "bots", 1, whom=NAMES[0])
