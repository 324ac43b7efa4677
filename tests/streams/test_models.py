"""A trained model is used where the configuration names it, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from schemas.errors import SettingsError
from streams.core.config import configure
from streams.core.resolve import resolve
from streams.core.spam_model import pack, train
from streams.models import file_name, load_spam_models
from streams.replay.in_process import catalogue_of
from tests.builders import entity, raw
from tests.streams.core.test_spam_model import LABELLED

MODEL = train("youtube", LABELLED)
WANTED = {"youtube": MODEL.version}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / file_name("youtube", MODEL.version)).write_bytes(pack(MODEL))
    return tmp_path


def test_a_model_speaks_for_its_source_when_it_is_named(folder: Path) -> None:
    advert: dict[str, Any] = {"title": "Nova Reyes lottery results inside", "kind": "comment"}
    scores = {}
    for models in ({}, load_spam_models(WANTED, folder)):
        catalogue = catalogue_of([entity()], models)(1)
        for source in ("youtube", "reddit"):
            said = raw(source=source, **advert)
            (one,) = resolve(said, said.known_time, catalogue, "c").mentions
            scores[source, bool(models)] = one.spam
    assert scores["youtube", True] > 0.5 > scores["youtube", False]
    assert scores["reddit", True] == scores["reddit", False] == scores["youtube", False]


def test_no_model_is_wanted_unless_it_is_named(folder: Path) -> None:
    assert configure({}).evidence.spam_models == {}
    assert load_spam_models({}, None) == load_spam_models({}, folder) == {}
    assert configure({"evidence.spam_models": WANTED}).hash != configure({}).hash


def test_a_model_that_is_not_there_is_refused_by_name(folder: Path) -> None:
    with pytest.raises(SettingsError, match="HEAT_STREAM__MODELS must name a folder"):
        load_spam_models(WANTED, None)
    with pytest.raises(SettingsError, match=r"spam-youtube-0000\.json: No such file"):
        load_spam_models({"youtube": "0000"}, folder)


def test_a_model_under_another_name_is_refused(folder: Path) -> None:
    (folder / file_name("reddit", MODEL.version)).write_bytes(pack(MODEL))
    with pytest.raises(SettingsError, match=f"holds model {MODEL.version} of youtube"):
        load_spam_models({"reddit": MODEL.version}, folder)
