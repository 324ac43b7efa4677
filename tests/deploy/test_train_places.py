"""Where `heat train` is to write is looked at before anything is fitted."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from deploy.cli.train_forecast import conclude, ready
from schemas.errors import SettingsError
from streams.training.holding import Held, train
from tests.deploy.test_forecast import counts, run
from tests.streams.training.test_holding import alerts


@pytest.mark.parametrize("noun", ["forecast", "confidence"])
@pytest.mark.parametrize("option", ["--out", "--runs"])
def test_a_place_that_cannot_be_written_is_refused_before_what_is_read(
    tmp_path: Path, noun: str, option: str
) -> None:
    """The file is too short to fit on, and none of an alert: who read it would say that."""
    file = str(counts(tmp_path, 2))
    words = ["--input", file] if noun == "forecast" else [file, "--map", "text=value"]
    for place, wrong in (
        (tmp_path / "none" / "x.json", "No such file or directory"),
        (tmp_path, "Is a directory"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        refused = run("train", noun, *words, option, str(place)).exception
        assert isinstance(refused, SettingsError)
        assert str(refused) == f"{option} {place}: {wrong}"


def test_the_look_leaves_no_trace(tmp_path: Path) -> None:
    kept, link = tmp_path / "runs.jsonl", tmp_path / "link.json"
    kept.write_text("{}\n", "utf-8")
    link.symlink_to(tmp_path / "target.json")
    ready(kept, tmp_path / "table.json")
    ready(None, link)
    assert sorted(tmp_path.iterdir()) == [link, kept]
    assert kept.read_text("utf-8") == "{}\n"


def test_a_place_that_is_lost_in_the_meantime_is_named(tmp_path: Path) -> None:
    known: list[Held] = alerts(200)
    fitted = train(known, "made up").record(ended=1, trained_on="x", series=1, input_hash="0")
    place = tmp_path / "gone" / "table.json"
    with pytest.raises(SettingsError, match=r"--out .*table\.json: No such file"):
        conclude(replace(fitted, served=True), None, place)
