"""Runs a plan: in this process, or through real topics with worker processes of its own."""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy import topics
from deploy.local.child import Program
from deploy.local.roles import writes_ok
from deploy.local.settings import child_environment
from deploy.local.supervisor import Post, Supervisor
from deploy.replay.finished import Left, Progress, told, wait_finished
from deploy.replay.outcome import read_outcome
from deploy.replay.plan import Plan
from producers.catalogue.publish import publish_entities
from producers.file.publish import publish_recording
from producers.file.recording import Recording
from producers.ticks import ticks_for_recording
from schemas.settings import KafkaSection
from streams.replay.account import Account
from streams.replay.in_process import replay

Say = Callable[[str], None]
PATIENCE_S = 120.0


def rejected(recording: Recording) -> Counter[str]:
    """Rows that were no mention, by reason; copies of a row already read are one of them."""
    reasons = Counter(rejection.reason for rejection in recording.rejections)
    if recording.copies:
        reasons["a copy of another row"] += recording.copies
    return reasons


def in_process(plan: Plan) -> tuple[Account, Recording]:
    """Through the core alone: no broker, no topics, the same events."""
    recording, entities = plan.recording(), plan.entities()
    log = ticks_for_recording(recording.mentions, {plan.source: 1}, len(entities))
    return replay(log, (plan.source,), entities, plan.core, plan.spam_models()), recording


def on_kafka(plan: Plan, kafka: KafkaSection, folder: Path, say: Say) -> tuple[Account, Recording]:
    """Through real topics of the namespace in `kafka`, which must be new."""
    recording = plan.recording()
    say(f"{len(recording.mentions)} mentions to replay in namespace {kafka.namespace}")
    topics.apply(kafka)
    publish_entities(plan.entities(), kafka)
    supervisor = Supervisor([], workers_of(plan, kafka, folder), _teller(say))
    progress = Progress(kafka, plan.source)
    try:
        supervisor.step(time.monotonic())
        published = publish_recording(recording.mentions, kafka, plan.source, plan.speed)
        say(f"published {published.mentions} mentions and {published.ticks} ticks")

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
    return account, recording


def _teller(say: Say) -> Callable[[Post], None]:
    def changed(post: Post) -> None:
        if post.why:
            say(f"{post.program.name}: {post.phase} {post.why}")

    return changed


def workers_of(plan: Plan, kafka: KafkaSection, folder: Path) -> list[Post]:
    """The worker processes of a replay, each to be supervised."""
    env = {
        "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": kafka.namespace,
        "HEAT_KAFKA__RAW_PARTITIONS": str(kafka.raw_partitions),
        "HEAT_KAFKA__KEYED_PARTITIONS": str(kafka.keyed_partitions),
        "HEAT_STREAM__OVERRIDES": json.dumps(plan.overrides),
        "HEAT_STREAM__DATA": str(folder / "workers"),
    }
    if plan.models:
        env["HEAT_STREAM__MODELS"] = str(plan.models.absolute())
    return [
        Post(_program(f"{role}-{number}", role, folder, env))
        for role in ("resolve", "measure", "discover")
        for number in range(1, plan.workers + 1)
    ] + [Post(_program("stories-1", "stories", folder, env))]  # one partition: one worker


def _program(name: str, role: str, folder: Path, env: dict[str, str]) -> Program:
    health = folder / f"{name}.json"
    return Program(
        name=f"worker-{name}",
        argv=[sys.executable, "-m", "streams", role],
        log=folder / f"{name}.log",
        ready=writes_ok(health),
        env=child_environment({**env, "HEAT_HEALTH_FILE": str(health)}),
        stop_within=30.0,
        health_file=health,
        look_every=2.0,
    )


def summary(account: Account, recording: Recording, plan: Plan) -> dict[str, Any]:
    told = account.summary(len(recording.mentions), rejected(recording))
    return {**told, "config_hash": plan.core.hash, "source": plan.source,
            "file": plan.file.name, "workers": plan.workers}
