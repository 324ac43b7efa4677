"""Alerts are recomputed from a recording to the bit, or it is said why they cannot be."""

from pathlib import Path

import msgspec
import pytest

from deploy.replay.plan import Plan
from deploy.replay.recording import manifest as seals
from deploy.replay.verify import Wanted, verify
from schemas.errors import SettingsError
from schemas.records import Alert
from streams.core.config import CoreConfig
from streams.core.pipeline import run
from streams.core.storyline import chain
from streams.replay.reel import log_of
from tests.deploy.replay.small_recording import as_it_arrived, record_world
from tests.streams.replay.small_world import CATALOGUE_AT, SOURCES, alerts

ALL = Wanted()


@pytest.fixture(scope="module")
def told() -> list[Alert]:
    """What a deployment with these partitions, late and early ones would have told."""
    found = run(log_of(as_it_arrived()), SOURCES, CATALOGUE_AT, CoreConfig())
    return [record for _, record in found if isinstance(record, Alert)]


def test_every_alert_is_recomputed_to_the_bit(tmp_path: Path, told: list[Alert]) -> None:
    record_world(tmp_path / "w", told)
    verdict = verify(tmp_path / "w", Plan(tmp_path), ALL)
    assert verdict.holds
    assert (verdict.alerts, verdict.recomputed, verdict.not_recomputed) == (len(told),) * 2 + ("",)
    one = verify(tmp_path / "w", Plan(tmp_path), Wanted(told[0].alert_id[:6]))
    assert one.holds
    assert one.recomputed


def test_a_forged_alert_is_named_with_the_field(tmp_path: Path, told: list[Alert]) -> None:
    """Sealed anew and hashed anew: only the inputs still tell."""
    forged = msgspec.structs.replace(told[0], mentions=99, hash="")
    forged = msgspec.structs.replace(forged, hash=chain(forged))
    record_world(tmp_path / "w", [forged, *told[1:]])
    verdict = verify(tmp_path / "w", Plan(tmp_path), ALL)
    assert not verdict.holds
    assert verdict.damaged == ()
    assert verdict.differ[0].wrong == f"mentions is 99; recomputed {told[0].mentions}"
    assert verdict.links[0].wrong == "it does not follow the step before it"


def test_other_settings_are_no_proof(tmp_path: Path, told: list[Alert]) -> None:
    record_world(tmp_path / "w", told)
    plan = Plan(tmp_path, overrides={"gates.min_types": 1})
    verdict = verify(tmp_path / "w", plan, ALL)
    assert verdict.recomputed == 0
    assert told[0].config_hash in verdict.not_recomputed


def test_without_alerts_there_is_nothing_to_recompute(tmp_path: Path) -> None:
    record_world(tmp_path / "w", [])
    assert verify(tmp_path / "w", Plan(tmp_path), ALL).not_recomputed == "no alert is on record"


def test_an_alert_that_is_not_there_is_named(tmp_path: Path) -> None:
    record_world(tmp_path / "w", alerts())
    with pytest.raises(SettingsError, match="no alert 'nobody'"):
        verify(tmp_path / "w", Plan(tmp_path), Wanted("nobody"))


def test_a_damaged_recording_is_not_computed_from(tmp_path: Path) -> None:
    record_world(tmp_path / "w", alerts())
    file = tmp_path / "w" / "raw.youtube-0.avro"
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    verdict = verify(tmp_path / "w", Plan(tmp_path), ALL)
    assert not verdict.holds
    assert verdict.damaged[0].startswith("raw.youtube-0.avro: block 0 of 1 is damaged")
    assert verdict.not_recomputed == "the recording is damaged"
    assert seals.read(tmp_path / "w").namespace == "test"
