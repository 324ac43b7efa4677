"""What a client gets to see of a record."""

import orjson
import pytest

from gateway.events import event_message, is_simulated, safe_url, source_types, to_event, view
from gateway.reasons import SIGMA
from schemas.records import TradePickup
from tests.gateway.builders import alert, heat, reason, receipt, type_velocity


@pytest.mark.parametrize("url", ["https://a.org/x?y=1#z", "http://a.org", "HTTPS://A.ORG/"])
def test_web_addresses_pass(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "//a.org", " https://a.org",
     "java\tscript:alert(1)", "https://a.org/\nx", "ftp://a.org", ""],
)  # fmt: skip
def test_any_other_address_is_taken_out(url: str) -> None:
    assert safe_url(url) is None


def test_unsafe_links_of_receipts_and_pickups_never_leave_the_gateway() -> None:
    bad = "javascript:alert(1)"
    pickup = TradePickup(
        mention_id="m", outlet="Variety", title="t", url=bad, event_time=1, lead_ms=None
    )
    told = view(alert(receipts=(receipt(url=bad), receipt()), trade=pickup))
    assert [r["url"] for r in told["receipts"]] == [None, "https://example.org/1"]
    assert told["trade"]["url"] is None


def test_reasons_carry_their_sentence() -> None:
    told = view(heat(reasons=(reason(), reason(clause="trade", observed=1.0))))
    assert [clause["text"] for clause in told["reasons"]] == [
        f"Social 3.1 {SIGMA}: 42 mentions in 12 h, usual 6",
        "Trade press has it: 1 item in 12 h",
    ]


def test_types_without_mentions_do_not_speak() -> None:
    silent = heat(types=(type_velocity("news", mentions=0), type_velocity("video")), receipts=())
    assert source_types(silent) == {"video"}
    assert source_types(alert(receipts=(receipt(source_type="trade"),))) == {"social", "trade"}


def test_the_simulated_world_is_known_by_its_outlets() -> None:
    assert is_simulated(heat(receipts=(receipt(), receipt(outlet="Variety (simulated)"))))
    assert not is_simulated(heat(receipts=(receipt(outlet="Simulation Weekly"),)))


def test_a_message_is_the_event_in_an_envelope() -> None:
    record = heat()
    event = to_event(7, record)
    full = orjson.loads(event_message(event, thin=False))
    thin = orjson.loads(event_message(event, thin=True))
    assert {key: full[key] for key in ("type", "kind", "seq")} == {
        "type": "event", "kind": "heat", "seq": 7,
    }  # fmt: skip
    assert full["data"]["id"] == thin["data"]["id"] == record.id
    assert "receipts" in full["data"]
    assert "receipts" not in thin["data"]


def test_an_alert_keeps_its_own_kind_inside_the_envelope() -> None:
    told = orjson.loads(event_message(to_event(1, alert(kind="cooled")), thin=True))
    assert (told["kind"], told["data"]["kind"]) == ("alerts", "cooled")
