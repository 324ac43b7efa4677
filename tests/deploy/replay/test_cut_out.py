"""An alert that was cut out of a sealed recording is missed, whatever was sealed anew."""

from pathlib import Path

import msgspec
import pytest

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.container import Writing
from deploy.replay.recording.reading import Folder
from schemas.clock import HOUR_MS
from schemas.errors import SettingsError
from schemas.records import Alert
from streams.replay.adversary import inject
from tests.deploy.replay.test_commands import asked, feed, run
from tests.streams.replay.small_world import BEGINS, mentions


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world with a burst about the other one, too: two alerts."""
    said = inject(mentions(), "genuine", 5, whom="Ferry Tolliver", begins=BEGINS + 4 * HOUR_MS)
    plain = feed(tmp_path_factory.mktemp("two"), said)
    out = plain.with_name("recording")
    assert run("record", plain, *asked(plain), "--out", out, "--with-alerts").exit_code == 0
    return out


def cut_out(folder: Path, alert_id: str) -> list[Alert]:
    """A forger's work: every step of an alert is gone, and all sums are right again."""
    steps = Folder.opened(folder).alerts()
    manifest = seals.read(folder)
    writing = Writing(folder, "alerts", 0)
    for offset, alert in enumerate(one for one in steps if one.alert_id != alert_id):
        writing.add(offset, alert)
    files = [one for one in manifest.files if one.topic != "alerts"]
    seals.write(folder, seals.sealed(
        msgspec.structs.replace(manifest, files=(*files, writing.seal()))))
    return [one for one in steps if one.alert_id == alert_id]


def test_the_last_alert_cut_out_and_sealed_anew_is_named(recorded: Path) -> None:
    assert run("verify", recorded).exit_code == 0
    openings = [one for one in Folder.opened(recorded).alerts() if one.step == 0]
    assert len(openings) == 2
    gone = cut_out(recorded, openings[-1].alert_id)
    left = Folder.opened(recorded).alerts()
    assert gone[-1].known_time > max(one.known_time for one in left), "nothing is left behind it"
    done = run("verify", recorded)
    assert done.exit_code == 1
    for one in gone:
        assert (f"differs: alert {one.alert_id} step {one.step} ({one.entity_name}"
                in done.stdout)
    assert done.stdout.count("it is computed and not on record") == len(gone)


@pytest.mark.parametrize("words", [
    ("kpis",), ("verify", "--all"), ("record", "--out", "{out}"), ("entities", "search", "nova"),
])
def test_an_absent_broker_is_named_with_the_way_to_start_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("deploy.cli.reached.PATIENCE_S", 0.5)
    monkeypatch.setenv("HEAT_KAFKA__BOOTSTRAP", "127.0.0.1:1")
    with pytest.raises(SettingsError) as refusal:
        run(*(word.format(out=tmp_path / "out") for word in words))
    assert "no Kafka broker answers at 127.0.0.1:1 " in str(refusal.value)
    assert "`heat up` starts a stack" in str(refusal.value)
    assert not (tmp_path / "out").exists()
