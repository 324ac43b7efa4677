"""`sources.yml`: what is wrong in it is refused by name, with the place and what was meant."""

from pathlib import Path

import pytest

from producers.base.options import SourceOptions
from producers.config import load_options, made, options_in, runnable, why_disabled
from producers.defaults import defaults_text
from producers.sources import BY_NAME, SOURCES
from schemas.errors import SettingsError
from schemas.settings import KeysSection

WHERE = "mine.yml"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sources: {redit: {}}", "mine.yml: sources: unknown 'redit'; did you mean reddit?"),
        ("source: {}", "mine.yml: unknown 'source'; did you mean sources?"),
        ("sources: {trades: {enabeld: true}}", "sources.trades: unknown 'enabeld'; did you mean"),
        (
            "sources: {trades: {poll_every_s: often}}",
            "sources.trades.poll_every_s: Input",
        ),
        ("sources: {trades: {poll_every_s: 1}}", "sources.trades.poll_every_s: Input"),
        ("sources: {trades: {feeds: 7}}", "sources.trades.feeds: Input should be"),
        ("sources: {trades: [1]}", "sources.trades: names and values are expected, not list"),
        ("- a", "mine.yml: names and values are expected, not list"),
        ("sources: {trades: {weight: 2}}", "sources.trades.weight: what a source counts for"),
        ("sources: {trades: {}, trades: {}}", "mine.yml line 1: 'trades' is there twice"),
        ("sources:\n  trades:\n    pages: 1\n    pages: 2", "line 4: 'pages' is there twice"),
        ("sources: {trades: ", "mine.yml line 1"),
        ("sources: {trades: {poll_every_s: 2026-99-99}}", "mine.yml: month must be in 1..12"),
        ("sources: !!python/object:os.system {}", "could not determine a constructor"),
    ],
)
def test_what_is_wrong_is_refused_by_name(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        options_in(text, WHERE)
    assert says in str(refused.value)


def test_options_are_those_of_the_source() -> None:
    options = options_in(
        "sources: {trades: {enabled: true, poll_every_s: 120, feeds: [https://a.example/feed]}}",
        WHERE,
    )
    trades = made("trades", options, KeysSection())
    assert trades.poll_every_s == 120
    assert trades.options.feeds == ("https://a.example/feed",)  # type: ignore[attr-defined]
    assert made("google-news", options, KeysSection()).options.enabled is None


def test_packaged_file_leaves_every_source_as_it_is() -> None:
    assert load_options(None) == {}


def test_defaults_written_out_are_the_defaults() -> None:
    text = defaults_text(SOURCES)
    assert max(map(len, text.splitlines())) <= 100
    options = options_in(text, WHERE)
    assert list(options) == list(BY_NAME)
    for name, told in options.items():
        kind = BY_NAME[name]
        assert told == kind.Options(poll_every_s=kind.facts.poll_every.total_seconds())


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / WHERE
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=WHERE):
        load_options(file)


def test_source_runs_with_its_keys_unless_switched_off() -> None:
    with_key = KeysSection(newsapi="secret")  # type: ignore[arg-type]
    off = {"newsapi": BY_NAME["newsapi"].Options(enabled=False)}
    needs = why_disabled(made("newsapi", {}, KeysSection())) or ""
    assert "needs HEAT_KEYS__NEWSAPI (get one at https://" in needs
    assert why_disabled(made("newsapi", {}, with_key)) is None
    assert "switched off" in (why_disabled(made("newsapi", off, with_key)) or "")
    assert why_disabled(made("trades", {}, KeysSection())) is None
    keyless = runnable({}, KeysSection())
    assert {"trades", "google-news", "wikipedia"} <= set(keyless)
    assert "newsapi" not in keyless
    assert "newsapi" in runnable({}, with_key)
    assert "trades" not in runnable({"trades": SourceOptions(enabled=False)}, with_key)
