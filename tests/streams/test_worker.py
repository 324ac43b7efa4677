"""Joining the parts of a worker: its agents, what it needs of the broker, what it refuses."""

from pathlib import Path

import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from schemas.errors import SettingsError
from schemas.sources import SOURCE_TYPES
from schemas.topics import BY_NAME, DISCOVER, MEASURE, RESOLVE, STORIES
from streams import worker
from streams.__main__ import main
from streams.settings import StreamSettings


def settings(monkeypatch: pytest.MonkeyPatch, **changes: str) -> StreamSettings:
    # Nobody answers there: building an app must not reach a stack that happens to run.
    for name, value in {"KAFKA__BOOTSTRAP": "127.0.0.1:9", **changes}.items():
        monkeypatch.setenv(f"HEAT_{name}", value)
    return StreamSettings.load()


def test_what_a_role_needs_is_what_the_catalogue_says_it_reads_and_writes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded = settings(monkeypatch, KAFKA__NAMESPACE="trial")
    for role, name in (("resolve", RESOLVE), ("measure", MEASURE), ("stories", STORIES),
                       ("discover", DISCOVER)):
        asked = {needed.name.removeprefix("trial.") for needed in worker.needed(role, loaded)}
        said = {t.name for t in BY_NAME.values() if name in (*t.written_by, *t.read_by)}
        told = {t for t in said if not t.endswith(".dlq")} - {"entities"}
        assert asked == told


def test_the_namespace_is_in_the_app_id(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = settings(monkeypatch, KAFKA__NAMESPACE="trial")
    assert loaded.app_id("measure") == "trial.heat-measure"


def test_every_source_has_an_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    app = worker.build("resolve", settings(monkeypatch))
    named = {name.rsplit(".", 1)[-1] for name in app.agents}
    assert named == {f"resolve-{source}" for source in SOURCE_TYPES}
    assert app.lane_topics == {f"raw.{s}" for s in SOURCE_TYPES}


def test_who_we_are_reaches_faust(monkeypatch: pytest.MonkeyPatch) -> None:
    app = worker.build("measure", settings(
        monkeypatch, KAFKA__SECURITY_PROTOCOL="SASL_SSL", KAFKA__SASL_MECHANISM="SCRAM-SHA-512",
        KAFKA__SASL_USERNAME="heat", KAFKA__SASL_PASSWORD="opensesame",
    ))
    asked = credentials_to_aiokafka_auth(app.conf.broker_credentials)
    assert (asked["security_protocol"], asked["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert (asked["sasl_plain_username"], asked["sasl_plain_password"]) == ("heat", "opensesame")
    assert asked["ssl_context"].check_hostname
    assert app.conf.broker_consumer == app.conf.broker_producer == app.conf.broker


@pytest.mark.parametrize(("protocol", "authority", "named"), [
    ("SASL_SSL", "", "HEAT_KAFKA__SASL_MECHANISM"),
    ("SSL", "/nowhere/ca.pem", "HEAT_KAFKA__SSL_CAFILE: /nowhere/ca.pem"),
])
def test_security_settings_that_do_not_fit_are_named(
    monkeypatch: pytest.MonkeyPatch, protocol: str, authority: str, named: str
) -> None:
    loaded = settings(monkeypatch, KAFKA__SECURITY_PROTOCOL=protocol)
    if authority:
        monkeypatch.setenv("HEAT_KAFKA__SSL_CAFILE", authority)
        loaded = StreamSettings.load()
    with pytest.raises(SettingsError, match=named):
        worker.build("measure", loaded)


def test_overrides_reach_the_computation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "core.yml"
    file.write_text("gates: {min_types: 1, min_polls: 3}\n", "utf-8")
    loaded = settings(monkeypatch, STREAM__CONFIG=str(file),
                      STREAM__OVERRIDES='{"gates.min_polls": 4}')
    assert (loaded.core.gates.min_types, loaded.core.gates.min_polls) == (1, 4)


@pytest.mark.parametrize(("overrides", "named"), [
    ('{"gates.min_typos": 1}', "gates.min_typos"),
    ('{"gates.min_types": "two"}', "gates.min_types"),
])
def test_a_wrong_override_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, overrides: str, named: str
) -> None:
    loaded = settings(monkeypatch, STREAM__OVERRIDES=overrides)
    with pytest.raises(SettingsError, match=named):
        _ = loaded.core


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["resolve", "measure"]])
def test_wrong_usage_is_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "resolve|measure|stories|discover" in capsys.readouterr().err
