"""Workers on a broker that asks for TLS and a password: the same events as without it."""

from pathlib import Path

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.replay.run import in_process, on_kafka, summary
from schemas.broker import confluent_options
from tests.integration.recordings import plan_of, write_recording
from tests.integration.secured import PASSWORD, secured_broker

pytestmark = [pytest.mark.integration, pytest.mark.soak, pytest.mark.timeout(600)]


def test_workers_that_sign_in_give_the_events_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, run = tmp_path / "articles.jsonl", tmp_path / "run"
    run.mkdir()
    write_recording(recording)
    plan = plan_of(recording, workers=2, raw_partitions=2, keyed_partitions=3)
    with secured_broker(tmp_path) as asked:
        stranger = AdminClient({**confluent_options(asked), "sasl.password": "wrong",
                                "log_level": 0})
        with pytest.raises(KafkaException):
            stranger.list_topics(timeout=5)
        for name in ("security_protocol", "sasl_mechanism", "sasl_username", "ssl_cafile"):
            monkeypatch.setenv(f"HEAT_KAFKA__{name.upper()}", getattr(asked, name))
        monkeypatch.setenv("HEAT_KAFKA__SASL_PASSWORD", PASSWORD)
        kafka = asked.model_copy(update={
            "namespace": "replay-secured", "raw_partitions": 2, "keyed_partitions": 3,
        })
        found = summary(*on_kafka(plan, kafka, run, lambda words: None), plan)
    expected = summary(*in_process(plan), plan)
    assert (found["digest"], found["events"]) == (expected["digest"], expected["events"])
    for log in run.glob("*.log"):
        assert PASSWORD not in log.read_text("utf-8"), log.name
