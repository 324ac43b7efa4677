"""Settings come from variables that are known by name, and refusals never tell a value."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, create_model

from schemas.errors import SettingsError
from schemas.settings import (
    PREFIX,
    SECTIONS,
    GatewaySection,
    KeysSection,
    RoleSettings,
    known_variables,
    section_fields,
)

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "producers", "streams", "sinks", "gateway", "deploy")
SECRET = "pa55-of-nova"  # of no known form, so that a leak is a leak
# One value for each field that no section should take.
BAD: dict[str, str] = {
    "HEAT_KAFKA__NAMESPACE": f"{SECRET}_UPPER",
    "HEAT_LOG__LEVEL": SECRET,
    "HEAT_LOG__FORMAT": SECRET,
    "HEAT_KAFKA__SECURITY_PROTOCOL": SECRET,
    "HEAT_KAFKA__SASL_MECHANISM": SECRET,
    "HEAT_STREAM__OVERRIDES": f"{{{SECRET}",
    "HEAT_PRODUCER__PRESENT": f"{SECRET},x",
} | {
    variable: SECRET
    for variable, field in section_fields().items()
    if field.annotation in (int, float, int | None)
}
SECRETS = {
    "HEAT_DATABASE__DSN": f"postgresql://heat:{SECRET}@127.0.0.1/heat",
    "HEAT_REDIS__URL": f"redis://:{SECRET}@127.0.0.1/0",
    "HEAT_KAFKA__SASL_PASSWORD": SECRET,
    "HEAT_REGISTRY__URL": f"http://heat:{SECRET}@127.0.0.1",
    "HEAT_ARCHIVE__ACCESS_KEY_ID": SECRET,
    "HEAT_ARCHIVE__SECRET_ACCESS_KEY": SECRET,
    "HEAT_BACKUP__ACCESS_KEY_ID": SECRET,
    "HEAT_BACKUP__SECRET_ACCESS_KEY": SECRET,
    **{f"HEAT_KEYS__{key.upper()}": SECRET for key in KeysSection.model_fields},
}


ALL_SECTIONS: dict[str, Any] = {name: (section, section()) for name, section in SECTIONS.items()}
EverySetting: Any = create_model("EverySetting", __base__=RoleSettings, **ALL_SECTIONS)


def load_all() -> Any:
    return EverySetting.load()


class GatewayOnly(RoleSettings):
    """A role that needs one section."""

    gateway: GatewaySection = GatewaySection()


@pytest.fixture(autouse=True)
def _no_settings_of_this_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.upper().startswith(PREFIX):
            monkeypatch.delenv(variable)


def test_every_section_belongs_to_the_role_that_needs_everything() -> None:
    assert set(EverySetting.model_fields) == set(SECTIONS) | {"health_file"}


def test_without_variables_everything_is_on_loopback() -> None:
    settings = load_all()
    assert settings.gateway.host == "127.0.0.1"
    assert settings.kafka.bootstrap.startswith("127.0.0.1:")
    assert "@127.0.0.1:" in settings.database.dsn.get_secret_value()
    assert "//127.0.0.1:" in settings.redis.url.get_secret_value()


def test_variables_are_read_in_any_case_and_nested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEAT_GATEWAY__PORT", "0")
    monkeypatch.setenv("heat_kafka__namespace", "replay-ab12")
    monkeypatch.setenv("HEAT_HEALTH_FILE", "health.json")
    monkeypatch.setenv("HEAT_PRODUCER__PRESENT", '["trades", "google-news"]')
    monkeypatch.setenv("HEAT_STREAM__OVERRIDES", '{"gates.min_types": 1}')
    settings = load_all()
    assert (settings.gateway.port, settings.kafka.namespace) == (0, "replay-ab12")
    assert settings.health_file == Path("health.json")
    assert settings.producer.present == ("trades", "google-news")
    assert settings.stream.overrides == {"gates.min_types": 1}


def test_settings_of_other_roles_are_no_concern(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEAT_KAFKA__RAW_PARTITIONS", "many")
    assert GatewayOnly.load().gateway.port == 8080


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("HEAT_GATEWAY__PROT", "HEAT_GATEWAY__PROT; did you mean HEAT_GATEWAY__PORT?"),
        ("HEAT_KAFKA_BOOTSTRAP", "HEAT_KAFKA_BOOTSTRAP; did you mean HEAT_KAFKA__BOOTSTRAP?"),
        ("heat_redis__urll", "heat_redis__urll; did you mean HEAT_REDIS__URL?"),
        ("HEAT_GATEWAY__PORT__HIGH", "HEAT_GATEWAY__PORT__HIGH"),
        ("HEAT_GATEWAY", "HEAT_GATEWAY"),
        ("HEAT_QQQQQQQQQQQQQQQ", "HEAT_QQQQQQQQQQQQQQQ"),
    ],
)
def test_an_unknown_variable_is_refused_by_name(
    variable: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, SECRET)
    with pytest.raises(SettingsError, match=rf"^unknown setting {re.escape(told)}") as refusal:
        GatewayOnly.load()
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    ("shows", "wrong"),
    [("nightly", "should be JSON"), ('[{"at": "19:00"}]', "0.name: Field required"),
     ('[{"name": "a", "at": "7 pm"}]', "0.at: "),
     ('[{"name": "a", "at": "19:00", "zone": "UTC"}]', "0.zone: Extra")],
)
def test_shows_of_another_shape_are_refused_with_one_that_is_right(
    shows: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEAT_GATEWAY__SHOWS", shows)
    with pytest.raises(SettingsError) as refusal:
        GatewayOnly.load()
    said, _, example = str(refusal.value).partition("such as ")
    assert said.startswith(f"HEAT_GATEWAY__SHOWS: {wrong}")
    monkeypatch.setenv("HEAT_GATEWAY__SHOWS", example)
    (show,) = GatewayOnly.load().gateway.shows
    assert set(json.loads(example)[0]) == set(type(show).model_fields)
    assert example in known_variables()["HEAT_GATEWAY__SHOWS"]


def test_nothing_is_suggested_for_what_resembles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEAT_QQQQQQQQQQQQQQQ", "1")
    with pytest.raises(SettingsError, match=r"^unknown setting HEAT_QQQQQQQQQQQQQQQ$"):
        GatewayOnly.load()


@pytest.mark.parametrize("variable", sorted(BAD))
def test_a_bad_value_is_refused_by_its_variable_and_not_told(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, BAD[variable])
    with pytest.raises(SettingsError, match=f"^{variable}: .{{10,}}") as refusal:
        load_all()
    assert SECRET not in f"{refusal.value!r} {refusal.value.__context__ or ''}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HEAT_GATEWAY__PORT", "65536"),
        ("HEAT_GATEWAY__PORT", "-1"),
        ("HEAT_KAFKA__KEYED_PARTITIONS", "0"),
        ("HEAT_PRODUCER__CLOCK_SPEED", "0"),
        ("HEAT_STREAM__OVERRIDES", "[]"),
        ("HEAT_PRODUCER__PRESENT", "{}"),
        ("HEAT_KAFKA__NAMESPACE", "re.play"),
    ],
)
def test_what_is_out_of_range_is_refused(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"^{variable}: "):
        load_all()


def told_of(settings: RoleSettings) -> list[str]:
    """Every way in which settings end up in a log by accident."""
    sections: list[Any] = [
        settings,
        *(getattr(settings, name) for name in type(settings).model_fields),
    ]
    return [form for section in sections for form in (repr(section), str(section), f"{section}")]


@pytest.mark.parametrize("variable", sorted(SECRETS))
def test_a_secret_is_never_shown(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, SECRETS[variable])
    settings = load_all()
    assert [form for form in told_of(settings) if SECRET in form] == []


def test_all_secrets_are_covered() -> None:
    declared = {
        variable
        for variable, field in section_fields().items()
        if field.annotation in (SecretStr, SecretStr | None) or not field.repr
    }
    assert declared == set(SECRETS)


def test_a_refusal_beside_a_secret_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in SECRETS.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("HEAT_KAFKA__REPLICATION", "none")
    with pytest.raises(SettingsError) as refusal:
        load_all()
    assert SECRET not in f"{refusal.value!r} {refusal.getrepr()}"


@pytest.mark.parametrize("section", SECTIONS.values(), ids=list(SECTIONS))
def test_a_section_is_frozen_and_takes_nothing_unknown(section: Any) -> None:
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        section(nonsense=1)
    field = next(iter(section.model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(section(), field, 1)


def test_every_variable_says_what_it_means() -> None:
    assert [variable for variable, meaning in known_variables().items() if not meaning] == []


def test_every_variable_that_our_files_name_exists() -> None:
    texts = [ROOT / "README.md", *(f for p in PACKAGES for f in sorted((ROOT / p).rglob("*")))]
    named = {
        variable
        for file in texts
        if file.suffix in {".py", ".md", ".yml", ".yaml", ".sh"} or file.name == "Dockerfile"
        for variable in re.findall(r"\bHEAT_[A-Z]+(?:__?[A-Z]+)*\b", file.read_text("utf-8"))
    }
    assert len(named) > 5
    assert named <= set(known_variables())


def test_a_key_that_is_set_to_nothing_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEAT_KEYS__YOUTUBE", "")
    assert load_all().keys.youtube is None
