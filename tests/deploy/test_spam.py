"""`heat spam` and `heat train spam`, as a person runs them on files."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.main import build
from schemas.errors import SettingsError
from tests.streams.core.test_spam_model import LABELLED

POSTS: list[dict[str, Any]] = [
    {"id": "a", "text": "please subscribe to my channel", "source": "youtube",
     "time": "2026-03-14T12:00:00Z", "author": "eve", "likes": 3},
    {"id": 2, "text": "what a lovely ending", "source": "youtube", "time": 1773489600},
    {"id": "c", "text": "You can now subscribe to the Harbour Channel", "source": "newsapi"},
]


def written(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def run(*words: object) -> list[dict[str, Any]]:
    done = CliRunner().invoke(build(str(words[0])), [str(word) for word in words])
    if done.exception is not None:
        raise done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_post_gets_a_score_and_reasons_in_the_order_of_the_input(tmp_path: Path) -> None:
    told = run("spam", "--input", written(tmp_path / "posts.jsonl", POSTS))
    assert [line["id"] for line in told] == ["a", 2, "c"]
    assert [line["spam"] > 0.5 for line in told] == [True, False, False]
    assert told[0]["reasons"][0] == "asks to subscribe"
    assert told[1]["reasons"] == []


def test_a_campaign_is_known_from_the_lines_before(tmp_path: Path) -> None:
    text = "Nova Reyes is leaving the show and nobody at the harbour wants to say why {}"
    posts = [{"id": n, "text": text.format(n), "author": f"reader {n}"} for n in range(4)]
    told = run("spam", "--input", written(tmp_path / "posts.jsonl", posts))
    assert [line["spam"] > 0.5 for line in told] == [False, False, True, True]
    assert told[3]["reasons"] == ["3 nearly equal posts before it"]


@pytest.mark.parametrize(("line", "complaint"), [
    ('{"id": 2}', "line 2: .*text"),
    ("[", "line 2: "),
    ('{"id": 2, "text": "x", "time": "noon"}', "line 2: time 'noon'"),
    ("\xff\xfe", "line 2: "),
])
def test_a_bad_line_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_bytes(b'{"id": 1, "text": "fine"}\n' + line.encode("latin-1") + b"\n")
    with pytest.raises(SettingsError, match=complaint):
        run("spam", "--input", posts)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nothing\.jsonl: No such file"):
        run("spam", "--input", tmp_path / "nothing.jsonl")


def test_a_trained_model_is_used_for_its_source_alone(tmp_path: Path) -> None:
    examples = [{"text": text, "spam": spam} for text, spam in LABELLED]
    model, posts = tmp_path / "model.json", tmp_path / "posts.jsonl"
    (trained,) = run("train", "spam", "--input", written(tmp_path / "labelled.jsonl", examples),
                     "--source", "youtube", "--out", model)
    assert trained["examples"] == 10
    assert json.loads(model.read_bytes())["version"] == trained["version"]
    text = "weekend lottery results inside"
    written(posts, [{"id": source, "text": text, "source": source} for source in ("youtube", "x")])
    told = run("spam", "--input", posts, "--model", model)
    assert [line["spam"] > 0.5 for line in told] == [True, False]


def test_a_model_for_a_source_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    examples = written(tmp_path / "labelled.jsonl", [{"text": "x", "spam": True}])
    with pytest.raises(SettingsError, match=r"--source 'youtub': there are .*youtube"):
        run("train", "spam", "--input", examples, "--source", "youtub", "--out", tmp_path / "m")


@pytest.mark.parametrize("time", ["null", "1767225600.5", '"2026-01-01"', '"2026-01-01T00:00:00Z"'])
def test_a_time_is_read_as_its_siblings_read_it(tmp_path: Path, time: str) -> None:
    posts = tmp_path / "posts.jsonl"
    mark = b"\xef\xbb\xbf"
    posts.write_bytes(mark + f'{{"id": 1, "text": "x", "source": null, "time": {time}}}\n'.encode())
    assert [line["id"] for line in run("spam", "--input", posts)] == [1]
