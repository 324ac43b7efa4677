"""Serves the application: the listening socket, the health file, an orderly end."""

import asyncio
import contextlib
import os
import socket
import time
from pathlib import Path
from types import FrameType
from typing import Any

import orjson
import structlog
import uvicorn

from gateway.app import build_app
from gateway.gateway import Gateway
from gateway.health import verdict
from gateway.sequencer import CALL_S, Sequencer
from gateway.settings import GatewaySettings
from schemas.errors import FatalError

log = structlog.get_logger()

TELL_EVERY_S = 2.0
LARGEST_FRAME = 4096  # Clients have nothing to say.
LARGEST_HEADER = 16 * 1024
UNREAD_MS = 30_000  # How long a connection may leave sent bytes unread before the kernel ends it.
STOP_WITHIN_S = 5
STUCK_S = 2.5 * CALL_S
RESTART_ME = 70


def listen(host: str, port: int) -> socket.socket:
    """The listening socket. Raises FatalError naming an address that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Inherited by every connection: whoever stops reading for good costs us nothing for long.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise FatalError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    return listening


class Server(uvicorn.Server):
    """Ends the open streams when asked to stop; uvicorn would wait for them."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal asks, the second insists. None is raised again: the exit code is 0."""
        self._gateway.feed.stop()
        self.force_exit = self.should_exit
        self.should_exit = True


async def serve(settings: GatewaySettings) -> None:
    """Serve until a signal asks to stop."""
    listening = listen(settings.gateway.host, settings.gateway.port)
    port = listening.getsockname()[1]
    app = build_app(settings, port=port)
    config = uvicorn.Config(
        app,
        http="h11",
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        h11_max_incomplete_event_size=LARGEST_HEADER,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )
    address = f"http://{settings.gateway.host}:{port}"
    log.info("gateway listening", dashboard=f"{address}/trends/dashboard")
    beside = [
        asyncio.create_task(_tell_health(settings.health_file, app.state.gateway, address)),
        asyncio.create_task(_watch(app.state.gateway.sequencer)),
    ]
    try:
        await Server(config, app.state.gateway).serve(sockets=[listening])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _watch(sequencer: Sequencer) -> None:
    """End the process when the sequencer hangs: nothing is lost, and a restart mends it."""
    while True:
        await asyncio.sleep(TELL_EVERY_S)
        stuck = sequencer.stuck_for(time.monotonic())
        if stuck > STUCK_S:
            log.critical("stopped at once", why=f"the sequencer hangs since {stuck:.0f} s")
            os._exit(RESTART_ME)


async def _tell_health(file: Path | None, gateway: Gateway, address: str) -> None:
    """Write the health file every other second; a new one replaces the old as a whole."""
    if file is None:
        return
    while True:
        findings = await gateway.examiner.examine()
        bad = [f"{f.name}: {f.detail}" for f in findings if f.state != "ok"]
        told: dict[str, Any] = {
            "status": verdict(findings),
            "role": "gateway",
            "pid": os.getpid(),
            "detail": "; ".join(bad),
            "address": address,
        }
        with contextlib.suppress(OSError):  # A full disk must not end the gateway.
            _replace(file, orjson.dumps(told))
        await asyncio.sleep(TELL_EVERY_S)


def _replace(file: Path, body: bytes) -> None:
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_bytes(body)
    fresh.replace(file)
