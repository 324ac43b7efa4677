"""Recorded bodies, in each of the forms in which people keep them."""

import base64
import gzip
import json

import pytest

from producers.base import recorded
from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.recorded import recorded_bodies
from schemas.clock import MINUTE_MS, parse_time
from tests.producers.builders import NOON

THEN = parse_time("2021-05-24T01:25:55Z")


def only(content: bytes | str | dict[str, object], **more: int) -> Body:
    if isinstance(content, dict):
        content = json.dumps(content)
    raw = content.encode() if isinstance(content, str) else content
    (body,) = recorded_bodies(raw, NOON, **more)
    return body


def test_plain_body_is_itself_and_known_now_or_when_one_says() -> None:
    assert only(b"<rss/>") == Body(b"<rss/>", NOON)
    assert only(b"<rss/>", at=THEN).fetched_at == THEN
    assert only(b"") == Body(b"", NOON)


@pytest.mark.parametrize(
    "told",
    [
        "hello",
        {"string": "hello", "encoding": "utf-8"},
        {"base64_string": base64.b64encode(b"hello").decode(), "encoding": "utf-8"},
        {"base64_string": base64.b64encode(gzip.compress(b"hello")).decode()},
    ],
)
@pytest.mark.parametrize("status", [429, {"code": 429, "message": "Too Many"}, "429 Too Many"])
def test_envelope_tells_status_headers_and_time(told: object, status: object) -> None:
    headers = {"Retry-After": ["7"], "Via": ["a", "b"], "Content-Type": "text/html"}
    body = only(
        {"recorded_at": "2021-05-24T01:25:55", "status": status, "headers": headers, "body": told}
    )
    kept = {"retry-after": "7", "via": "a, b", "content-type": "text/html"}
    assert body == Body(b"hello", THEN, 429, kept)


def test_body_that_was_json_is_json_again() -> None:
    assert only({"status": 200, "body": {"data": [1, "é"]}}).json() == {"data": [1, "é"]}
    assert only({"status": 503, "body": None}).content == b""


def test_answers_own_date_says_when_it_was_known_if_nobody_else_does() -> None:
    told = {"status": 200, "body": "x", "headers": {"Date": "Mon, 24 May 2021 01:25:55 GMT"}}
    assert only(told).fetched_at == THEN
    assert only(told, at=THEN + MINUTE_MS).fetched_at == THEN + MINUTE_MS
    assert only({**told, "recorded_at": "yesterday", "headers": {}}).fetched_at == NOON


@pytest.mark.parametrize(
    "payload",
    [
        '{"status": "ok", "totalResults": 0, "articles": []}',
        '{"status": 404, "detail": "Not found", "type": "about:blank"}',
        '{"kind": "t1", "data": {"body": "a comment"}}',
        '[{"body": "a comment", "id": 1}]',
        '{"body": "a comment", "status": true}',
    ],
)
def test_body_that_looks_like_an_envelope_and_is_none_is_a_body(payload: str) -> None:
    assert only(payload) == Body(payload.encode(), NOON)


VCR = """
interactions:
- request: {method: GET, uri: "https://a.example/1", body: null}
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [text/plain]}
    body: {string: one}
- request: {method: GET, uri: "https://a.example/2", body: null}
  response:
    status: {code: 404, message: Not Found}
    headers: {}
    body: {string: !!binary dHdv}
"""
BETAMAX = {
    "http_interactions": [
        {
            "recorded_at": "2021-05-24T01:25:55",
            "request": {"uri": "https://a.example/", "body": {"string": "question"}},
            "response": {
                "status": {"code": 200, "message": "OK"},
                "headers": {},
                "body": {"encoding": "UTF-8", "string": "answer"},
            },
        }
    ]
}
HAR = {
    "log": {
        "entries": [
            {
                "startedDateTime": "2021-05-24T01:25:55.000Z",
                "request": {"url": "https://a.example/"},
                "response": {
                    "status": 200,
                    "headers": [{"name": "Retry-After", "value": "3"}],
                    "content": {"mimeType": "text/plain", "size": 6, "text": "answer"},
                },
            }
        ]
    }
}


def test_cassettes_hold_several_answers() -> None:
    bodies = recorded_bodies(VCR.lstrip().encode(), NOON, THEN)
    assert [(b.content, b.status) for b in bodies] == [(b"one", 200), (b"two", 404)]
    assert only(BETAMAX) == Body(b"answer", THEN)
    assert only(HAR) == Body(b"answer", THEN, 200, {"retry-after": "3"})


def test_archives_are_opened_and_bombs_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(gzip.compress(b"half ") + gzip.compress(b"whole")).content == b"half whole"
    for broken in (gzip.compress(b"hello")[:-6], b"\x1f\x8bnonsense"):
        with pytest.raises(UnreadableBodyError, match="gzip"):
            only(broken)
    monkeypatch.setattr(recorded, "LARGEST_FILE", 1_000)
    with pytest.raises(UnreadableBodyError, match="more than 1000 bytes"):
        only(gzip.compress(b"0" * 100_000))


@pytest.mark.parametrize(
    "odd",
    [
        b'{"status":503,"headers":{"Date":"Mon, 01 Jan 2020 00:00:00 +9999999999999"},"body":"x"}',
        b'{"status":"\xc2\xb2\xc2\xb2\xc2\xb2","body":"x"}',
        b'{"status":200,"recorded_at":"2020-99-99","body":"x"}',
    ],
)
def test_odd_times_and_statuses_are_no_reason_to_end(odd: bytes) -> None:
    (body,) = recorded_bodies(odd, NOON)
    assert body.fetched_at == NOON


@pytest.mark.parametrize(
    "odd",
    [
        b"interactions:\n- recorded_at: 2020-99-99\n",
        b"interactions:\n- response: {body: " + b"9" * 5000 + b"}\n",
    ],
)
def test_broken_cassette_is_named(odd: bytes) -> None:
    with pytest.raises(UnreadableBodyError, match="a broken cassette"):
        recorded_bodies(odd, NOON)
