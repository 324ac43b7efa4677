"""A metric is in the contract or it does not exist; a log line is for people or for machines."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

from schemas.telemetry import METRICS, MetricName

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "producers", "streams", "sinks", "gateway", "deploy")
# In the contract for roles that have no endpoint yet; a line goes when the metric comes.
NOT_MEASURED_YET = {
    "heat_raw_published_total",
    "heat_fetches_total",
    "heat_resolved_total",
    "heat_unresolved_total",
    "heat_closed_tick",
    "heat_sink_rows_total",
    "heat_sink_lag_records",
}
LOGGING = """
import logging, structlog
from schemas.settings import LogSection
from schemas.telemetry import configure_logging
configure_logging("sink", LogSection(level="INFO", format={format!r}))
log = structlog.get_logger("sinks")
log.debug("was not wanted")
log.info("batch written", rows=3, table="mentions")
logging.getLogger("httpx").info("chatter")
logging.getLogger("sinks.base").warning("plain %s", "words")
try:
    raise ValueError("nine lives")
except ValueError:
    log.exception("writing failed")
"""


def literals(packages: tuple[str, ...]) -> Iterator[str]:
    """Every string in our code but those of the contract's own list."""
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            if file.name != "telemetry.py":
                for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value


@cache
def metrics_used() -> set[str]:
    return {text for text in literals(PACKAGES) if re.fullmatch(r"heat(_[a-z]+)+", text)}


def lines(form: str) -> list[str]:
    command = [sys.executable, "-W", "error", "-c", LOGGING.format(format=form)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout == ""
    return told.stderr.splitlines()


def test_every_metric_that_is_used_is_in_the_contract() -> None:
    assert metrics_used() <= set(METRICS)


def test_every_metric_of_the_contract_is_measured() -> None:
    assert set(METRICS) - metrics_used() == NOT_MEASURED_YET


def test_every_metric_name_has_a_meaning_and_every_meaning_a_name() -> None:
    assert tuple(METRICS) == get_args(MetricName)
    assert all(len(meaning) > 10 for meaning in METRICS.values())


def test_what_only_rises_is_called_a_total() -> None:
    assert all(re.fullmatch(r"heat(_[a-z]+)+", name) for name in METRICS)
    counters = {name for name in METRICS if name.endswith("_total")}
    rest = {"closed_tick", "sink_lag_records", "stream_clients", "stream_seq"}
    assert set(METRICS) - counters == {f"heat_{name}" for name in (*rest, "http_request_seconds")}


def test_a_machine_reads_one_json_document_per_line() -> None:
    told = [json.loads(line) for line in lines("json")]
    assert [line["event"] for line in told] == ["batch written", "plain words", "writing failed"]
    assert {line["role"] for line in told} == {"sink"}
    assert (told[0]["rows"], told[0]["level"]) == (3, "info")
    assert "ValueError: nine lives" in told[2]["exception"]
    assert all(line["timestamp"].endswith("Z") for line in told)


def test_people_read_words() -> None:
    told = "\n".join(lines("text"))
    assert "batch written" in told
    assert "rows=3" in told
    assert "was not wanted" not in told
    assert "chatter" not in told
    assert "\x1b[" not in told  # no colours where nobody sees them
