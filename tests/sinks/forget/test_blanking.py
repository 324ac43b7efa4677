"""Which words go, and what stays."""

from typing import Any

import msgspec

from schemas.records import RECORDS, Alert, Candidate, Proposal, RawMention, Record, TradePickup
from sinks.forget.blanking import Gone, blanked
from tests.builders import LINEAGE, NOON, alert, heat, mention, raw, receipt

GONE = Gone(frozenset({"raw-1"}), frozenset({"mention-1"}))


def fields(record: Record) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(record, builtin_types=(bytes,))
    return told


def without(record: Record, gone: Gone = GONE) -> dict[str, Any] | None:
    return blanked(record.schema_name, fields(record), gone)


def test_a_raw_mention_keeps_its_id_its_times_and_that_it_was_there() -> None:
    one = raw(id="raw-1", text="all of it", attributes={"flair": "tears"}, level=7.0)
    shorter = msgspec.convert(without(one), RawMention)
    assert shorter == RawMention(
        id="raw-1",
        event_time=one.event_time,
        known_time=one.known_time,
        source="reddit",
        source_type="social",
        native_id="",
        kind="post",
        level=7.0,
        deleted=True,
    )
    assert without(shorter) is None


def test_a_tombstone_of_upstream_is_blank_as_it_is() -> None:
    empty = {"author": None, "title": "", "text": "", "url": None, "deleted": True}
    assert without(raw(id="raw-1", attributes={"removed": "author"}, **empty)) is None
    told = without(raw(id="raw-1", deleted=True))
    assert told is not None
    assert told["native_id"] == "t3_nova"
    assert (told["title"], told["author"], told["url"]) == ("", None, None)


def test_what_was_made_of_it_keeps_its_figures() -> None:
    shorter = without(mention(raw_id="raw-1"))
    assert shorter is not None
    changed = {
        name for name, value in fields(mention(raw_id="raw-1")).items() if shorter[name] != value
    }
    assert changed == {"title", "url", "outlet", "author_key"}
    question = Candidate(
        id="c",
        event_time=NOON,
        known_time=NOON,
        source="reddit",
        source_type="social",
        raw_id="raw-1",
        surface="Mira Solanas",
        reason="no-known-name",
        resolved=False,
        title="Mira Solanas sings",
        author_key=4,
        **LINEAGE,
    )
    told = without(question)
    assert told is not None
    assert (told["surface"], told["title"], told["author_key"]) == ("", "", 0)


def test_receipts_and_trades_that_name_it_are_emptied_and_others_stay() -> None:
    other = receipt(mention_id="mention-2")
    trade = TradePickup(
        mention_id="mention-1",
        outlet="Variety",
        title="Nova",
        url="https://x",
        event_time=NOON,
        lead_ms=1,
    )
    told = msgspec.convert(without(alert(receipts=(receipt(), other), trade=trade)), Alert)
    assert told.receipts[1] == other
    first = told.receipts[0]
    assert (first.title, first.url, first.outlet, first.mention_id) == ("", None, "", "mention-1")
    assert told.trade is not None
    assert (told.trade.title, told.trade.url, told.trade.lead_ms) == ("", None, 1)
    proposal = Proposal(
        id="p",
        event_time=NOON,
        known_time=NOON,
        tick=1,
        entity_id="e",
        episode_id="e",
        alert=alert(),
        evidence=(),
        words=(),
        **LINEAGE,
    )
    inner = without(proposal)
    assert inner is not None
    assert inner["alert"]["receipts"][0]["title"] == ""


def test_records_of_others_are_left_alone() -> None:
    for one in (raw(id="raw-2"), mention(raw_id="raw-2"), heat(receipts=())):
        assert without(one) is None
    assert without(raw(id="raw-1"), Gone()) is None


def test_every_field_that_can_hold_words_of_a_source_is_known() -> None:
    """A new record with a title or an author has to be thought of here."""
    wordy = {"title", "text", "author", "native_id", "attributes"}
    found = {record.schema_name for record in RECORDS if wordy & set(record.__struct_fields__)}
    assert found == {"raw-mention", "mention", "candidate", "action"}  # an action is ours
    quoting = {
        record.schema_name
        for record in RECORDS
        if {"receipts", "trade", "alert"} & set(record.__struct_fields__)
    }
    assert quoting == {"heat", "alert", "proposal", "discovery", "question"}
