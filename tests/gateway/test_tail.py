"""`heat tail`: what is asked for, how it is printed, and the command on a real broker."""

import json
import os
import signal
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli.tail import json_line, moment_of, pretty, register
from schemas.clock import HOUR_MS, end_of, iso
from tests.gateway.builders import TICK, alert, heat
from tests.gateway.conftest import ROOT, Deployment

WITHIN_S = 120


@pytest.fixture
def command() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--kinds", "velocity"], "velocity"),
        (["--since", "yesterday"], "yesterday"),
        (["--limit", "0"], "--limit"),
        (["--colour"], "--colour"),
    ],
)
def test_wrong_usage_exits_2_naming_it(
    command: typer.Typer, arguments: list[str], told: str
) -> None:
    ended = CliRunner().invoke(command, arguments)
    assert ended.exit_code == 2
    assert told in ended.output


def test_an_age_counts_back_from_the_newest_record() -> None:
    assert moment_of("2h", 10 * HOUR_MS) == 8 * HOUR_MS
    assert moment_of("earliest", 10) == moment_of(None, 10) == 0


def test_a_line_for_people_says_when_how_hot_who_and_why() -> None:
    line = pretty(alert("zendaya"))
    assert line.startswith(iso(end_of(TICK)))
    for part in ("60.0", "ALERT opened", "Zendaya (person)", "42 mentions in 12 h, usual 6"):
        assert part in line


def test_scraped_names_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in pretty(heat(entity_name="\x1b[2Jgone\n"))


def test_a_json_line_is_the_record_and_its_topic() -> None:
    record = alert("zendaya")
    told = json.loads(json_line(record))
    assert (told["topic"], told["kind"], told["id"]) == ("alerts", "opened", record.id)


def run(deployment: Deployment, *arguments: str) -> list[dict[str, object]]:
    program = "import typer, deploy.cli.tail as t; app = typer.Typer(); t.register(app); app()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--json", *arguments],
        cwd=ROOT, env=environment(deployment), capture_output=True, text=True, timeout=WITHIN_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def environment(deployment: Deployment) -> dict[str, str]:
    return {
        **os.environ,
        "HEAT_KAFKA__BOOTSTRAP": deployment.kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": deployment.kafka.namespace,
    }


@pytest.mark.integration
def test_what_is_there_is_told_by_time_and_filtered(deployment: Deployment) -> None:
    deployment.produce(
        *(heat(f"e{n % 7}", 1.0, TICK + n) for n in range(100)), alert("e3", tick=TICK + 50)
    )
    all_of_it = run(deployment, "--since", "earliest", "--no-follow")
    times = [one["known_time"] for one in all_of_it]
    assert len(times) == 101
    assert times == sorted(times)  # type: ignore[type-var]
    assert len(run(deployment, "--since", "9m", "--no-follow", "--kinds", "heat")) == 10
    of_one = run(deployment, "--since", "earliest", "--entity", "e3", "--limit", "5")
    assert [one["entity_id"] for one in of_one] == ["e3"] * 5
    assert len(run(deployment, "--since", iso(end_of(TICK + 50)), "--no-follow")) == 51


@pytest.mark.integration
def test_ctrl_c_ends_it_without_a_word(deployment: Deployment) -> None:
    deployment.produce(heat("a"))
    program = "import typer, deploy.cli.tail as t; app = typer.Typer(); t.register(app); app()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "--since", "earliest"],
        cwd=ROOT, env=environment(deployment), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as following:  # fmt: skip
        assert following.stdout is not None
        assert "(person)" in following.stdout.readline()
        following.send_signal(signal.SIGINT)
        _, complaints = following.communicate(timeout=WITHIN_S)
    assert (following.returncode, complaints) == (0, "")
