"""Kafka, PostgreSQL and Redis together: started, found or refused as one."""

import contextlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from deploy.local import jars, kafka, ports, postgres, redis, settings
from deploy.local.child import Child, Program
from deploy.local.errors import ChildEndedError, PartUnreachableError
from deploy.local.home import Home, Running, StackState, this_process
from deploy.local.java import find_java

PARTS = ("kafka", "postgres", "redis")  # In the order of starting.


@dataclass(frozen=True, slots=True)
class Telling:
    """Where the stack says what it does; silent unless given something."""

    say: Callable[[str], None] = lambda words: None
    fetching: jars.Progress = lambda done, wanted: None


class Stack:
    """The servers the roles need. Use as a context manager, on the main thread.

    A part named in `external` is not started but asked for an answer. Ports are the usual ones
    when `usual_ports` and nobody holds them, else any free ones.
    """

    def __init__(
        self,
        home: Path,
        parts: Collection[str] = PARTS,
        external: Mapping[str, str] | None = None,
        telling: Telling | None = None,
        usual_ports: bool = True,
        durable: bool = True,
        broker_options: Mapping[str, Any] | None = None,
    ) -> None:
        self.home = Home(home.absolute())
        self.parts = tuple(part for part in PARTS if part in parts)
        self.addresses: dict[str, str] = {}
        self.children: dict[str, Child] = {}
        self._external = dict(external or {})
        self._telling = telling or Telling()
        self._usual_ports = usual_ports
        self._durable = durable
        self._broker_options = dict(broker_options or {})  # How to reach an external broker.
        self._held = contextlib.ExitStack()

    @property
    def kafka_bootstrap(self) -> str:
        return self.addresses["kafka"]

    @property
    def postgres_dsn(self) -> str:
        return self.addresses["postgres"]

    @property
    def redis_url(self) -> str:
        return self.addresses["redis"]

    def __enter__(self) -> Self:
        try:
            self._held.enter_context(self.home.held())
            for left in self.home.mend():
                self._telling.say(f"{left.name} ({left.pid}) was left by an earlier run: ended it")
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self) -> None:
        """Launch all, then wait for all: the slowest sets the time, not the sum."""
        own = [part for part in self.parts if part not in self._external]
        if own:
            self._telling.say(f"Waiting for {', '.join(own)}")
        for part in self.parts:
            if part in self._external:
                probe(part, self._external[part], self._broker_options)
                self.addresses[part] = self._external[part]
                continue
            self._launch(part)
        for part in own:
            try:
                self.children[part].wait_ready()
            except ChildEndedError:
                if ports.is_free(port_of(self.addresses[part])):
                    raise
                # Somebody took the port between our choice and the server's start.
                self._launch(part)
                self.children[part].wait_ready()

    def _launch(self, part: str) -> None:
        program, self.addresses[part] = self._program(part)
        self.children[part] = Child(program)
        self.home.write(self.state())

    def _program(self, part: str) -> tuple[Program, str]:
        folder, logs = self.home.folder / part, self.home.logs
        if part == "kafka":
            java = find_java(settings.java_home())
            class_path = jars.class_path(self._telling.fetching, say=self._telling.say)
            return kafka.program(folder, logs, java, class_path, self._port(kafka.DEFAULT_PORT))
        if part == "postgres":
            return postgres.program(folder, logs, self._port(postgres.DEFAULT_PORT), self._durable)
        return redis.program(folder, logs, self._port(redis.DEFAULT_PORT))

    def _port(self, usual: int) -> int:
        return usual if self._usual_ports else 0

    def state(self) -> StackState:
        """As others may read it."""
        running = (Running(name, child.pid, child.born) for name, child in self.children.items())
        return StackState(this_process(), dict(self.addresses), tuple(running))

    def stop(self) -> None:
        """In reverse order, each within its own deadline; nothing is left."""
        for part in reversed(self.children):
            if not self.children[part].stop():
                self._telling.say(f"{part} did not stop in time and was killed")
        if self.children:
            self.home.clear()
        self.children.clear()
        self._held.close()


def port_of(address: str) -> int:
    """Of a URL or of `host:port`."""
    return urlsplit(address if "//" in address else f"//{address}").port or 0


def probe(part: str, address: str, broker_options: Mapping[str, Any]) -> None:
    """A server of the settings must answer; its address may hold a password: do not say it."""
    asked: dict[str, Callable[[str], bool]] = {
        "kafka": lambda bootstrap: kafka.answers(bootstrap, 10.0, broker_options),
        "postgres": postgres.answers,
        "redis": redis.answers,
    }
    if not asked[part](address):
        raise PartUnreachableError(
            f"{settings.EXTERNAL[part]} names a server for {part}, but it does not answer. "
            "Start it or correct the address; unset the variable to use the embedded one."
        )
