"""Runs a plan: in this process, or through real topics with worker processes of its own."""

import sys
import time
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from deploy import topics
from deploy.local.child import Program
from deploy.local.roles import writes_ok
from deploy.local.settings import child_environment
from deploy.local.supervisor import Post, Supervisor
from deploy.replay.finished import Left, Progress, told, wait_finished
from deploy.replay.footage import Footage, Showing, footage, run_hash
from deploy.replay.in_process import Shown
from deploy.replay.in_process import in_process as in_process  # the two ways stand side by side
from deploy.replay.kept import Say
from deploy.replay.outcome import read_outcome
from deploy.replay.plan import Plan
from producers.base.publisher import KafkaPublisher
from producers.catalogue.publish import publish_entities
from producers.file.publish import Speed, publish_sequence, recording_plan
from schemas.clock import iso
from schemas.records import Tick
from schemas.settings import KafkaSection
from streams.replay.account import Account

PATIENCE_S = 120.0


def on_kafka(
    plan: Plan, kafka: KafkaSection, folder: Path, say: Say, read: Footage | None = None
) -> tuple[Account, Shown]:
    """Through real topics of the namespace in `kafka`, which must be new.

    `read` is the plan's footage, of a caller who has read it before there was a broker.
    """
    shown = read or footage(plan)
    say(f"{shown.mentions} mentions to replay in namespace {kafka.namespace}")
    topics.apply(kafka)
    publish_entities(shown.entities, kafka)
    supervisor = Supervisor([], workers_of(plan, kafka, folder), _teller(say))
    progress = Progress(kafka, *shown.sources)
    showing = Showing(shown, plan)
    try:
        supervisor.step(time.monotonic())
        mentions, ticks = _publish(showing, shown, kafka, plan.speed)
        say(f"published {mentions} mentions and {ticks} ticks")

        def step(left: Left) -> None:
            supervisor.step(time.monotonic())
            say(f"left: {told(left)}")

        wait_finished(progress, step, PATIENCE_S)
    finally:
        supervisor.stop()
        progress.close()
    account = read_outcome(kafka)
    if not plan.keep:
        topics.delete_namespace(kafka)
    return account, Shown(shown, showing.published, showing.told(), plan.workers or 1)


def _publish(
    showing: Showing, shown: Footage, kafka: KafkaSection, speed: Speed
) -> tuple[int, int]:
    """Mentions and ticks that were sent. The ticks name what this namespace has."""
    present, _ = recording_plan(kafka, shown.sources)

    def here(tick: Tick) -> Tick:
        own = {source: present[source] for source in tick.present}
        versions = [bisect_left(shown.offsets, version) for version in tick.catalogue]
        return msgspec.structs.replace(tick, present=own, catalogue=(versions[0], versions[1]))

    log = (here(r) if isinstance(r, Tick) else r for r in showing.log())
    mentions, ticks, _, _ = publish_sequence(log, KafkaPublisher(kafka), present, speed)
    return mentions, ticks


def _teller(say: Say) -> Callable[[Post], None]:
    def changed(post: Post) -> None:
        if post.why:
            say(f"{post.program.name}: {post.phase} {post.why}")

    return changed


def workers_of(plan: Plan, kafka: KafkaSection, folder: Path) -> list[Post]:
    """The worker processes of a replay, each to be supervised. They share the broker and nothing
    else, as if each ran on a machine of its own."""
    env = {
        "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": kafka.namespace,
        "HEAT_KAFKA__RAW_PARTITIONS": str(kafka.raw_partitions),
        "HEAT_KAFKA__KEYED_PARTITIONS": str(kafka.keyed_partitions),
        "HEAT_STREAM__CONFIG": str(_settings_file(plan, folder)),
        "HEAT_STREAM__OVERRIDES": "{}",
    }
    if plan.models:
        env["HEAT_STREAM__MODELS"] = str(plan.models.absolute())
    return [
        Post(_program(f"{role}-{number}", role, folder, env))
        for role in ("resolve", "measure", "discover")
        for number in range(1, (plan.workers or 1) + 1)
    ] + [Post(_program("stories-1", "stories", folder, env))]  # one partition: one worker


def _settings_file(plan: Plan, folder: Path) -> Path:
    """Every setting of the computation: what this shell has in its environment is another's."""
    file = folder / "settings.yml"
    file.write_bytes(msgspec.json.encode(msgspec.to_builtins(plan.core)))
    return file


def _program(name: str, role: str, folder: Path, env: dict[str, str]) -> Program:
    health, home = folder / f"{name}.json", folder / "homes" / name
    home.mkdir(parents=True, exist_ok=True)
    own = {"HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home / "cache"),
           "HEAT_STREAM__DATA": str(home / "data"), "HEAT_HEALTH_FILE": str(health)}
    told = child_environment({**env, **own})
    told.pop("HEAT_STREAM__CALENDAR", None)  # the settings hold the calendar
    return Program(
        name=f"worker-{name}",
        argv=[sys.executable, "-m", "streams", role],
        log=folder / f"{name}.log",
        ready=writes_ok(health),
        env=told,
        stop_within=30.0,
        health_file=health,
        look_every=2.0,
    )


def summary(account: Account, shown: Shown, plan: Plan) -> dict[str, Any]:
    """The outcome of a run: all that went in by name and hash, and all that came out."""
    found = account.summary(shown.published, shown.footage.rejected)
    return {
        **found, "config_hash": plan.core.hash, "overrides": plan.overrides,
        "sealed_with": plan.sealed_with,
        "source": ",".join(shown.footage.sources), "file": plan.file.name,
        "recording": shown.footage.hash, "simulated": shown.footage.simulated,
        "as_of": None if plan.until is None else iso(plan.until), "faults": shown.faults,
        "run_hash": run_hash(shown.footage, plan), "workers": shown.workers,
        "resumed": shown.resumed,
    }
