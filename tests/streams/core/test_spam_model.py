"""What a source's own examples teach, and the file it is kept in."""

import msgspec
import pytest

from schemas.errors import SettingsError
from streams.core.spam import spam_of
from streams.core.spam_model import pack, score, train, unpack

GOOD = [f"the {word} scene made me cry" for word in ("ferry", "harbour", "rain", "kitchen", "last")]
BAD = [f"ferry {word} lottery results inside" for word in ("monday", "weekly", "big", "old", "new")]
LABELLED = [(text, False) for text in GOOD] + [(text, True) for text in BAD]


def test_a_model_knows_what_the_rules_do_not() -> None:
    model = train("youtube", LABELLED)
    unseen = "weekend lottery results inside"
    assert spam_of("", unseen, "comment").score < 0.5
    found = score(unseen, model)
    assert found.score > 0.5
    assert "\u201clottery\u201d" in found.reasons
    assert score("the ferry scene again", model).score < 0.5


def test_a_model_keeps_the_signs_of_the_rules() -> None:
    model = train("youtube", LABELLED)
    found = score("please subscribe to my channel", model)
    assert found.score > 0.5
    assert found.reasons[0] == "asks to subscribe"


def test_the_same_examples_in_any_order_are_the_same_model() -> None:
    assert train("youtube", LABELLED) == train("youtube", LABELLED[::-1])
    assert train("youtube", LABELLED).version != train("youtube", LABELLED[:-1]).version
    assert train("youtube", LABELLED).version != train("reddit", LABELLED).version


def test_a_model_survives_its_file() -> None:
    model = train("youtube", LABELLED)
    assert unpack(pack(model), "m.json") == model
    assert (model.examples, model.spam_examples) == (10, 5)


def test_a_file_that_is_no_model_or_was_changed_is_refused_by_name() -> None:
    model = train("youtube", LABELLED)
    for file, complaint in (
        (b"{}", "m.json holds no spam model"),
        (b"\xff", "m.json holds no spam model"),
        (pack(msgspec.structs.replace(model, bias=model.bias + 1)), "m.json is not the model"),
        (pack(msgspec.structs.replace(model, format=2)), "m.json has format 2"),
    ):
        with pytest.raises(SettingsError, match=complaint):
            unpack(file, "m.json")


def test_examples_of_one_kind_teach_nothing() -> None:
    with pytest.raises(SettingsError, match="one is missing"):
        train("youtube", [(text, True) for text in BAD])
