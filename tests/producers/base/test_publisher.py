"""Publishing: every acknowledgement counts, and what is not acknowledged is an error."""

import io
import json

import pytest
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from producers.base.errors import UndeliveredError
from producers.base.publisher import FilePublisher, KafkaPublisher
from schemas.codec import decode
from schemas.settings import KafkaSection
from schemas.topics import qualified
from tests.producers.builders import raw_mention
from tests.producers.conftest import Log


def test_settled_means_that_the_log_holds_it_under_its_key(log: Log) -> None:
    publisher, mention = KafkaPublisher(log.kafka), raw_mention()
    publisher.send("raw.trades", mention.id, mention)
    assert publisher.settle() == 1
    assert publisher.settle() == 0
    (message,) = log.messages("raw.trades")
    assert (message.key(), decode(message.value())) == (mention.id.encode(), mention)


def test_partition_of_a_key_is_murmur2(log: Log) -> None:
    """The known answer for three keys over two partitions, as Java clients compute it."""
    publisher = KafkaPublisher(log.kafka)
    for key in ("a", "b", "c", "foobar", "21"):
        publisher.send_bytes("raw.newsapi", key, b"x")
    publisher.settle()
    where = {
        (message.key() or b"").decode(): partition
        for partition in (0, 1)
        for message in log.messages("raw.newsapi", partition)
    }
    assert where == {key: (murmur2(key.encode()) & 0x7FFFFFFF) % 2 for key in where}
    assert len(where) == 5


def murmur2(key: bytes) -> int:
    """Written from the algorithm's description; 21 and foobar are its published test vectors."""
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    h = 0x9747B28C ^ len(key)
    whole = len(key) // 4 * 4
    for start in range(0, whole, 4):
        k = int.from_bytes(key[start : start + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = h * m & mask ^ k
    if rest := key[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def test_murmur2_of_the_published_vectors() -> None:
    assert [murmur2(b"21"), murmur2(b"foobar")] == [
        -973932308 & 0xFFFFFFFF,
        -790332482 & 0xFFFFFFFF,
    ]


def test_broker_that_is_away_is_an_error_and_not_a_loss() -> None:
    publisher = KafkaPublisher(KafkaSection(bootstrap="127.0.0.1:1"), deadline_s=1)
    publisher.send("raw.trades", "a", raw_mention())
    with pytest.raises(UndeliveredError, match="1 of 1 records undelivered"):
        publisher.settle()


def test_record_that_the_broker_refuses_is_an_error_that_says_why(log: Log) -> None:
    topic = qualified(log.kafka.namespace, "raw.trades")
    small = ConfigResource(
        ResourceType.TOPIC,
        topic,
        incremental_configs=[
            ConfigEntry("max.message.bytes", "200", incremental_operation=AlterConfigOpType.SET)
        ],
    )
    admin = AdminClient({"bootstrap.servers": log.kafka.bootstrap})
    for changed in admin.incremental_alter_configs([small]).values():
        changed.result(30)
    publisher = KafkaPublisher(log.kafka)
    publisher.send("raw.trades", "a", raw_mention(text="x" * 10_000))
    with pytest.raises(UndeliveredError, match=r"larger|too large|size"):
        publisher.settle()


def test_file_holds_raw_mentions_as_json_lines_and_nothing_else() -> None:
    file = io.BytesIO()
    publisher = FilePublisher(file)
    publisher.send("raw.newsapi", "a", raw_mention("a"))
    assert publisher.settle() == 1
    (line,) = file.getvalue().splitlines()
    assert json.loads(line)["title"] == "Headline a"
