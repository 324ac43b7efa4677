"""Alerts are recomputed from a recording to the bit, or it is said why they cannot be."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from deploy.cli.main import build
from deploy.cli.verify import UNPROVED
from deploy.replay.plan import Plan
from deploy.replay.recording import manifest as seals
from deploy.replay.recording.container import Writing, entries
from deploy.replay.recording.manifest import Manifest
from deploy.replay.verify import Wanted, on_record_until, verify
from schemas.clock import POLL_TICKS
from schemas.errors import SettingsError
from schemas.records import Alert, RawMention
from streams.core.config import CoreConfig
from streams.core.pipeline import run
from streams.core.storyline import chain
from streams.replay.recompute import MISSING, differences, pending
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


@pytest.mark.parametrize("words", [("verify",), ("diff", "--set", "gates.min_types=3")])
def test_a_manifest_is_read_once(
    tmp_path: Path, told: list[Alert], words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    record_world(tmp_path / "w", told)
    reads, read = list[Path](), seals.read

    def counted(folder: Path) -> Manifest:
        reads.append(folder)
        return read(folder)

    monkeypatch.setattr(seals, "read", counted)
    command, *options = words
    done = CliRunner().invoke(build(command), [command, str(tmp_path / "w"), *options])
    assert done.exit_code == 0, done.output
    assert reads == [tmp_path / "w"]


def test_two_processes_come_to_the_same_verdict(tmp_path: Path, told: list[Alert]) -> None:
    record_world(tmp_path / "w", told)
    one, two = (verify(tmp_path / "w", Plan(tmp_path, workers=n), ALL) for n in (1, 2))
    assert one == two
    assert two.proves


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


def test_without_an_alert_on_record_only_that_none_is_computed_is_a_proof(tmp_path: Path) -> None:
    record_world(tmp_path / "w", [])
    verdict = verify(tmp_path / "w", Plan(tmp_path), ALL)
    assert (verdict.holds, verdict.proves) == (True, False)
    assert verdict.not_recomputed == "no alert is on record, and 3 steps are computed"
    verdict = verify(tmp_path / "w", Plan(tmp_path, overrides={"gates.min_types": 4}), ALL)
    assert (verdict.proves, verdict.not_recomputed) == (True, "no alert is on record")


@pytest.mark.parametrize("step", [0, 1, 2])
def test_steps_that_were_cut_from_the_end_are_named(
    tmp_path: Path, told: list[Alert], step: int
) -> None:
    """Each life's chain is whole up to where it was cut, and every digest fits."""
    other = msgspec.structs.replace(told[0], hash="", alert_id="0" * 24, id="0" * 24)
    record_world(tmp_path / "w", told[:step] or [other])
    verdict = verify(tmp_path / "w", Plan(tmp_path), ALL)
    missing = [(f.alert_id, f.step) for f in verdict.differ if f.wrong == MISSING]
    assert missing == [(alert.alert_id, alert.step) for alert in told[step:]]


@pytest.mark.parametrize(("made_from", "behind", "named"), [
    ("file", 0, True), ("topics", POLL_TICKS - 1, False), ("topics", POLL_TICKS, True),
    ("archive", 60, False), ("archive", 60 + POLL_TICKS, True),
])
def test_only_what_may_still_be_on_its_way_is_let_off(
    tmp_path: Path, told: list[Alert], made_from: str, behind: int, named: bool
) -> None:
    """The last tick is that of the last alert, or so many intervals behind it."""
    record_world(tmp_path / "w", told)
    manifest = msgspec.structs.replace(
        seals.read(tmp_path / "w"), made_from=made_from, last_tick=told[-1].tick + behind)
    until = on_record_until(manifest, told[:-1])
    assert [f.step for f in differences(told[:-1], told, until)] == [2] * named
    assert [f.step for f in pending(told[:-1], told, until)] == [2] * (not named)


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


def test_an_input_that_was_forged_and_sealed_anew_names_the_alert(
    tmp_path: Path, told: list[Alert]
) -> None:
    """Every digest fits; what was computed from the inputs does not."""
    record_world(tmp_path / "w", told)
    before = seals.read(tmp_path / "w")
    rewrite(tmp_path / "w", "raw.youtube", lambda raw: raw.title.replace("Nova Reyes", "Nobody"))
    after = seals.read(tmp_path / "w")
    assert seals.damages(tmp_path / "w", after) == []
    assert "its seal is" in seals.damages(tmp_path / "w", after, before.seal)[0]
    verdict = verify(tmp_path / "w", Plan(tmp_path), ALL)
    assert not verdict.holds
    assert told[0].alert_id in {found.alert_id for found in verdict.differ}


def rewrite(folder: Path, topic: str, title: Callable[[RawMention], str]) -> None:
    """A forger who does all sums anew."""
    manifest = seals.read(folder)
    files = [one for one in manifest.files if one.topic != topic]
    for one in (one for one in manifest.files if one.topic == topic):
        log = list(entries(folder / one.file))
        writing = Writing(folder, topic, one.partition)
        for offset, record in log:
            writing.add(offset, msgspec.structs.replace(record, title=title(record))
                        if isinstance(record, RawMention) else record)
        files.append(writing.seal())
    seals.write(folder, seals.sealed(msgspec.structs.replace(manifest, files=tuple(files))))


def test_alerts_that_cannot_be_computed_again_are_not_proved(
    tmp_path: Path, told: list[Alert]
) -> None:
    record_world(tmp_path / "w", told)
    done = CliRunner().invoke(build("verify"), ["verify", str(tmp_path / "w"), "--set",
                                                "gates.min_types=1"])
    assert done.exit_code == UNPROVED
    assert "not recomputed: computed with settings" in done.stdout
