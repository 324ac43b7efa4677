"""What is written is read back; what cannot be read is refused by one error that says why."""

import io
import struct
from contextlib import suppress
from random import Random

import fastavro
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import codec
from schemas.codec import FRAME, decode, decode_as, encode, is_tick, schema_id_of
from schemas.errors import SkippableError, UndecodableError, UnencodableError
from schemas.records import RECORDS, Heat, Mention, RawMention, Record, Tick
from schemas.registry import latest
from tests.builders import heat, mention, raw, tick
from tests.schemas.examples import newest_examples
from tests.schemas.strategies import records

unhurried = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
every_example = pytest.mark.parametrize(
    "record", newest_examples(), ids=lambda record: record.schema_name
)
BOUNDLESS = b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"  # zigzag of 2**63 - 1
FIVE_MB = 5_000_000


def framed(subject: str, body: bytes) -> bytes:
    return FRAME.pack(0, latest(subject).id) + body


@pytest.mark.parametrize("record_type", RECORDS, ids=lambda r: r.schema_name)
@given(chance=st.data())
@unhurried
def test_any_record_comes_back_as_it_went(record_type: type[Record], chance: st.DataObject) -> None:
    record = chance.draw(records(record_type))
    assert decode(encode(record)) == record


def test_infinity_and_not_a_number_survive() -> None:
    told = decode_as(Heat, encode(heat(heat=float("inf"), affect=float("nan"))))
    assert told.heat == float("inf")
    assert told.affect != told.affect


@every_example
def test_the_frame_names_the_newest_schema_of_the_record(record: Record) -> None:
    value = encode(record)
    assert struct.unpack(">bI", value[:5]) == (0, latest(record.schema_name).id)
    assert schema_id_of(value) == latest(record.schema_name).id


def test_same_record_same_bytes() -> None:
    assert encode(mention()) == encode(mention())


def test_a_tick_is_told_from_everything_else_without_decoding() -> None:
    told = {record.schema_name for record in newest_examples() if is_tick(encode(record))}
    assert told == {"tick"}
    assert not is_tick(b"")


def test_a_field_that_an_older_writer_did_not_know_has_its_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    today = latest("raw-mention").parsed
    fields = [field for field in today["fields"] if field["name"] not in ("deleted", "language")]
    older = fastavro.parse_schema(codec._plain({**today, "fields": fields}))
    monkeypatch.setitem(codec._READERS, 100_099, (older, RawMention))
    body = io.BytesIO()
    fastavro.schemaless_writer(body, older, msgspec.to_builtins(raw()))
    assert decode(FRAME.pack(0, 100_099) + body.getvalue()) == raw()


# What cannot be read.


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "there is no value"),
        (b"", "the value is empty"),
        (b'{"title": "Nova Reyes"}', "starts with byte 0x7b, not with zero"),
        (b"\x00\x00\x01", "3 bytes cannot hold a zero byte and a schema id"),
        (FRAME.pack(0, 999_999), "unknown schema id 999999"),
        (b"\x00" * FIVE_MB, "unknown schema id 0"),
        (b"\xff" * FIVE_MB, "starts with byte 0xff"),
        (encode(mention()) + b"\x00\x01", "2 bytes after the record"),
        (encode(mention()) + b"\x00" * FIVE_MB, "5000000 bytes after the record"),
        (encode(mention())[:-1], "unreadable mention: EOFError"),
        (framed("mention", b""), "unreadable mention: EOFError"),
        (framed("mention", BOUNDLESS + b"x" * FIVE_MB), "unreadable mention: EOFError"),
        (framed("mention", b"\x04\xff\xfe"), "unreadable mention: UnicodeDecodeError"),
        (framed("tick", b"\x02\x02" + BOUNDLESS), "unreadable tick: EOFError"),
        (encode(tick(catalogue=(1, 2, 3))), "unreadable tick: ValidationError"),
    ],
    ids=lambda part: part[:30] if isinstance(part, str) else "",
)
def test_unreadable_bytes_say_what_is_wrong_with_them(value: bytes | None, reason: str) -> None:
    with pytest.raises(UndecodableError) as refusal:
        decode(value)
    assert reason in str(refusal.value)
    assert len(str(refusal.value)) < 300


@every_example
def test_a_value_cut_anywhere_is_refused(record: Record) -> None:
    value = encode(record)
    for length in range(len(value)):
        with pytest.raises(UndecodableError):
            decode(value[:length])


@every_example
def test_a_refusal_tells_the_schema_that_the_frame_names(record: Record) -> None:
    with pytest.raises(UndecodableError, match=f"unreadable {record.schema_name}: ") as refusal:
        decode(encode(record)[:-1])
    assert refusal.value.schema_id == latest(record.schema_name).id


def decoded_or_refused(value: bytes) -> None:
    """Fails unless `value` is a record or raises UndecodableError."""
    with suppress(UndecodableError):
        assert isinstance(decode(value), Record)


@given(noise=st.binary(max_size=200), subject=st.sampled_from([r.schema_name for r in RECORDS]))
@unhurried
def test_noise_behind_a_good_frame_raises_nothing_else(noise: bytes, subject: str) -> None:
    decoded_or_refused(framed(subject, noise))


@every_example
def test_a_wrong_byte_anywhere_raises_nothing_else(record: Record) -> None:
    value, chance = encode(record), Random(7)
    for place in range(len(value)):
        changed = bytearray(value)
        changed[place] ^= chance.randrange(1, 256)
        decoded_or_refused(bytes(changed))


@every_example
def test_five_megabytes_of_noise_raise_nothing_else(record: Record) -> None:
    decoded_or_refused(framed(record.schema_name, Random(11).randbytes(FIVE_MB)))


def test_a_topic_of_one_type_refuses_another_by_name() -> None:
    with pytest.raises(UndecodableError, match="a heat, not a mention"):
        decode_as(Mention, encode(heat()))
    assert decode_as(Tick, encode(tick())) == tick()


# What cannot be written.


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (raw(title="half a pair: \ud83d", id="r1"), "raw-mention r1: UnicodeEncodeError"),
        (mention(author_key=2**63, id="m1"), "mention m1: OverflowError"),
        (tick(present={"reddit": 2**64}), "tick: OverflowError"),
    ],
    ids=["surrogate", "key", "tick"],
)
def test_what_avro_cannot_hold_is_skippable_and_named(record: Record, reason: str) -> None:
    with pytest.raises(UnencodableError, match=reason) as refusal:
        encode(record)
    assert isinstance(refusal.value, SkippableError)
