"""The compose file and the image, held against what they name; no Docker engine is asked."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.healthy import main, verdict
from deploy.local.jars import read_lock
from deploy.local.roles import KEYLESS, live
from producers.sources import BY_NAME
from schemas.settings import known_variables
from tests.deploy.commands import UsageError, check, of_script

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.kafka.yml"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
EXAMPLE = ROOT / "deploy" / ".env.example"
FILE: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
SERVERS = {"kafka", "timescaledb", "valkey"}
OURS = {name: service for name, service in SERVICES.items() if name not in SERVERS}
LASTING = sorted(name for name in SERVICES if name != "init")


def commands(service: dict[str, Any]) -> list[list[str]]:
    """What a container of ours runs, one command after the other."""
    words = service["command"]
    return list(of_script(words[2])) if words[:2] == ["sh", "-ec"] else [words]


def steps(word: str) -> Iterator[list[str]]:
    """The arguments of each such step of the Dockerfile."""
    joined = DOCKERFILE.replace("\\\n", " ")
    for line in joined.splitlines():
        if line.startswith(f"{word} "):
            yield shlex.split(line)[1:]


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_understood(name: str) -> None:
    for command in commands(OURS[name]):
        check(command)


@pytest.mark.parametrize("words", [
    "heat", "heat wrker resolve", "heat worker mesure", "heat sink run --fast",
    "python -m producers run tradse", "rm -rf",
])  # fmt: skip
def test_a_command_that_is_not_understood_would_be_noticed(words: str) -> None:
    with pytest.raises(UsageError):
        check(shlex.split(words))


def test_every_role_of_the_local_stack_has_a_service() -> None:
    there = {name.removeprefix("producer-") for name in OURS}
    assert {role.name for role in live(tuple(BY_NAME))} | {"init"} == there


def test_sources_that_need_a_key_wait_for_their_profile_and_no_others() -> None:
    profiled = {name for name, service in OURS.items() if service.get("profiles")}
    keyed = {name for name, kind in BY_NAME.items() if kind().missing()}
    assert profiled == {f"producer-{name}" for name in keyed}
    assert set(KEYLESS) == set(BY_NAME) - keyed


def test_every_key_of_a_source_reaches_the_sources() -> None:
    passed = set(OURS["producer-trades"]["environment"])
    wanted = {c.key for kind in BY_NAME.values() for c in kind.facts.credentials}
    assert {f"HEAT_KEYS__{key.upper()}" for key in wanted} <= passed


@pytest.mark.parametrize("name", SERVICES)
def test_every_variable_of_ours_is_known(name: str) -> None:
    given = SERVICES[name].get("environment", {})
    assert {v for v in given if v.startswith("HEAT_")} <= set(known_variables())


def test_every_variable_of_the_image_is_known() -> None:
    named = set(re.findall(r"\bHEAT_\w+", DOCKERFILE))
    assert named
    assert named <= set(known_variables())


def test_roles_find_each_other_by_the_names_of_the_services() -> None:
    text = COMPOSE.read_text("utf-8")
    hosts = set(re.findall(r"(?:@|://)([a-z][a-z-]*):\d+", text)) - {"localhost"}
    assert hosts == {"kafka", "timescaledb", "valkey"}
    told = SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert OURS["ticker"]["environment"]["HEAT_KAFKA__BOOTSTRAP"] in told


def test_the_ticker_names_the_sources_that_run() -> None:
    named = json.loads(SERVICES["ticker"]["environment"]["HEAT_PRODUCER__PRESENT"])
    assert {f"producer-{source}" for source in named} == {n for n in OURS if "producer-" in n}


def test_what_must_be_given_is_in_the_example_and_nothing_secret_is_in_the_file() -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", COMPOSE.read_text("utf-8")))
    shown = dict(line.split("=", 1) for line in EXAMPLE.read_text("utf-8").splitlines()
                 if line and not line.startswith("#"))  # fmt: skip
    assert asked == set(shown)
    assert not any(shown.values()), "an example holds no value that somebody would leave in place"
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable:
                assert str(value).startswith("${")


def test_only_who_needs_the_database_knows_its_password() -> None:
    knowing = {name for name, s in OURS.items() if "PGPASSWORD" in s.get("environment", {})}
    assert knowing == {"init", "sink", "gateway"}  # the gateway reads for /export


@pytest.mark.parametrize("name", LASTING)
def test_every_service_is_bounded_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["healthcheck"]["start_period"]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_do_little(name: str) -> None:
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert list(steps("USER")) == [["10001"]]
    folders = [volume.split(":")[1] for volume in service.get("volumes", [])]
    assert set(folders) <= {"/var/lib/heat"}


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_published_on_loopback_only(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:")


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_by_version(name: str) -> None:
    _, _, tag = SERVICES[name]["image"].rpartition(":")
    assert re.match(r"\d+\.\d+\.\d+", tag)


def test_the_image_is_built_on_one_pinned_python() -> None:
    bases = {words[0] for words in steps("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.1[1-9]\.\d+-slim-\w+", bases.pop())


def test_the_broker_is_of_the_version_that_the_tests_run_on() -> None:
    kafka = next(jar for jar in read_lock() if ":kafka_2.13:" in jar.coordinate)
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{kafka.coordinate.split(':')[-1]}"


def test_the_image_is_named_after_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert version
    assert {service["image"] for service in OURS.values()} == {f"heat:{version[1]}"}


def test_what_the_image_copies_exists_and_passes_the_ignore_file() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
            if line.startswith("!")}  # fmt: skip
    copied = {path for words in steps("COPY") if not words[0].startswith("--")
              for path in words[:-1]}  # fmt: skip
    assert copied == kept
    for path in copied:
        assert (ROOT / path).exists(), path


def test_the_image_carries_every_package_and_no_embedded_stack() -> None:
    copied = {word.rstrip("/") for words in steps("COPY") for word in words}
    assert {"schemas", "producers", "streams", "sinks", "gateway", "deploy"} <= copied
    installed = " ".join(" ".join(words) for words in steps("RUN"))
    assert "--require-hashes" in installed
    assert "--extra" not in installed


def test_volumes_are_declared() -> None:
    used = {v.split(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])}
    assert used == set(FILE["volumes"])


def test_every_wait_is_for_a_service_that_is_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)


@pytest.mark.parametrize(("words", "alive"), [
    ('{"status": "ok"}', True),
    ('{"status":"degraded","detail":"no network"}', True),
    ('{"status": "starting"}', False),
    ('{"status": "down", "detail": "kafka"}', False),
    ("{}", False),
    ("[]", False),
    ("", False),
])  # fmt: skip
def test_a_role_is_alive_when_it_says_that_it_works(words: str, alive: bool) -> None:
    assert verdict(words)[0] is alive


def test_a_role_that_never_spoke_is_not_healthy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = tmp_path / "health.json"
    assert main([str(silent)]) == 1
    silent.write_text('{"status": "ok", "detail": "tick 5"}', "utf-8")
    assert main([str(silent)]) == 0
    assert capsys.readouterr().out == "ok tick 5\n"
    assert main([]) == 2


def test_the_containers_ask_for_the_file_that_the_image_names() -> None:
    named = re.search(r"HEAT_HEALTH_FILE=(\S+)", DOCKERFILE)
    assert named
    for name in set(LASTING) - SERVERS:
        words = SERVICES[name]["healthcheck"]["test"][1:]
        assert words[-1] == named[1]
        check(words[:-1])
