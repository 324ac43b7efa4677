"""Apache Kafka as a child: one node that is broker and controller, on loopback."""

import base64
import struct
import subprocess
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from deploy.local import ports, settings
from deploy.local.child import Program
from deploy.local.errors import StackError
from deploy.local.java import Java

DEFAULT_PORT = 9092
HEAP = "1g"
FORMAT_WITHIN = 120
STOP_WITHIN = 30.0

# shutdownHook: log4j would stop writing before Kafka has finished stopping.
LOGGING = """\
status = error
shutdownHook = disable
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {log}
appender.file.filePattern = {log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{ISO8601}} %p %c{{1}} %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
appender.loud.type = Console
appender.loud.name = loud
appender.loud.layout.type = PatternLayout
appender.loud.layout.pattern = %d{{ISO8601}} %p %c{{1}} %m%n
appender.loud.filter.threshold.type = ThresholdFilter
appender.loud.filter.threshold.level = error
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
rootLogger.appenderRef.loud.ref = loud
"""


def configuration(folder: Path, port: int, controller_port: int) -> str:
    """The broker's properties: one node, internal topics on itself, nothing made by accident."""
    wanted: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{ports.LOOPBACK}:{controller_port}",
        "listeners": (
            f"PLAINTEXT://{ports.LOOPBACK}:{port},CONTROLLER://{ports.LOOPBACK}:{controller_port}"
        ),
        "advertised.listeners": f"PLAINTEXT://{ports.LOOPBACK}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": folder / "log",
        "auto.create.topics.enable": "false",
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 8,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "group.initial.rebalance.delay.ms": 0,
        # One small machine: few threads, and a cleaner that fits the heap.
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    }
    return escaped("".join(f"{key}={value}\n" for key, value in wanted.items()))


def escaped(properties: str) -> str:
    """Java reads a properties file as Latin-1 and a backslash as the start of an escape."""
    doubled = properties.replace("\\", "\\\\")
    return "".join(letter if letter.isascii() else _units(letter) for letter in doubled)


def _units(letter: str) -> str:
    return "".join(
        f"\\u{unit:04x}" for (unit,) in struct.iter_unpack(">H", letter.encode("utf-16-be"))
    )


def java_options(java: Java, folder: Path) -> list[str]:
    """A small heap, the collector with the smallest footprint, an end rather than a limp."""
    quiet = ["--enable-native-access=ALL-UNNAMED"] if java.major >= 22 else []
    quiet += ["--sun-misc-unsafe-memory-access=allow"] if java.major >= 24 else []
    return [
        f"-Xmx{HEAP}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={(folder / 'log4j2.properties').as_uri()}",
        *quiet,
    ]


def environment() -> dict[str, str]:
    """Java reads paths by the locale; under plain C it could not open a folder named in UTF-8."""
    return settings.child_environment({"LC_ALL": "C.UTF-8"})


def cluster_id() -> str:
    """A fresh id in the form Kafka wants; it refuses one that begins with a dash."""
    while True:
        made = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not made.startswith("-"):
            return made


def program(
    folder: Path, logs: Path, java: Java, class_path: list[Path], default_port: int = DEFAULT_PORT
) -> tuple[Program, str]:
    """Lay out the folder (formatting it once) and say what to run and where it will answer."""
    if "," in str(folder):
        raise StackError(f"Kafka cannot keep its files below a folder with a comma: {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    logs.mkdir(parents=True, exist_ok=True)
    port = ports.choose(default_port)
    controller_port = ports.any_free()[0]
    properties = folder / "server.properties"
    properties.write_text(configuration(folder, port, controller_port), encoding="ascii")
    log = logs / "kafka.log"
    (folder / "log4j2.properties").write_text(escaped(LOGGING.format(log=log)), encoding="ascii")
    base = [str(java.program), *java_options(java, folder), "-cp", ":".join(map(str, class_path))]
    # It runs for a second: what it would compile well is never run again.
    brief = [base[0], "-XX:TieredStopAtLevel=1", *base[1:]]
    _format(folder, [*brief, "kafka.tools.StorageTool"], properties)
    bootstrap = f"{ports.LOOPBACK}:{port}"
    return Program(
        name="kafka",
        argv=[*base, "kafka.Kafka", str(properties)],
        log=logs / "kafka.out",
        env=environment(),
        also_read=(log,),
        ready=readiness(bootstrap, cluster_of(folder)),
        start_within=90.0,
        stop_within=STOP_WITHIN,
    ), bootstrap


def _format(folder: Path, tool: list[str], properties: Path) -> None:
    """Give the log folder its cluster id, unless an earlier run finished doing so."""
    if (folder / "formatted").exists():
        return
    asked = [
        "format",
        "--ignore-formatted",
        "--cluster-id",
        cluster_id(),
        "--config",
        str(properties),
    ]
    try:
        subprocess.run(
            [*tool, *asked],
            capture_output=True,
            text=True,
            env=environment(),
            timeout=FORMAT_WITHIN,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise StackError(
            f"Kafka could not format {folder / 'log'}: {error.stdout}{error.stderr}"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise StackError(
            f"Kafka did not format {folder / 'log'} within {FORMAT_WITHIN} s"
        ) from error
    (folder / "formatted").touch()


def cluster_of(folder: Path) -> str:
    """The id that formatting gave the log folder."""
    told = (folder / "log" / "meta.properties").read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2] for line in told if line.startswith("cluster.id="))


def readiness(bootstrap: str, cluster: str) -> Callable[[], str | None]:
    """A probe that is content when the broker that answers is of our cluster.

    Another stack may have taken the port in the moment before ours did.
    """
    host, _, port = bootstrap.rpartition(":")

    def probe() -> str | None:
        if not ports.accepts(int(port), host):
            return f"a listener on {bootstrap}"
        found = answering(bootstrap)
        if found is None:
            return f"an answer from the broker at {bootstrap}"
        return None if found == cluster else f"our own broker: another one answers at {bootstrap}"

    return probe


def answers(bootstrap: str, within: float = 2.0, options: Mapping[str, Any] | None = None) -> bool:
    """True when a broker answers a metadata request."""
    return answering(bootstrap, within, options) is not None


def answering(
    bootstrap: str, within: float = 2.0, options: Mapping[str, Any] | None = None
) -> str | None:
    """The cluster id of the broker that answers there; None when none does."""
    from confluent_kafka import KafkaException
    from confluent_kafka.admin import AdminClient

    # log_level 0: a broker that is not there yet is expected, not worth a line on the console.
    quiet: dict[str, Any] = {
        "bootstrap.servers": bootstrap,
        "log_level": 0,
        "socket.timeout.ms": 2000,
    }
    admin = AdminClient({**(options or {}), **quiet})
    try:
        metadata = admin.list_topics(timeout=within)
    except KafkaException:
        return None
    return str(metadata.cluster_id) if metadata.brokers else None
