"""Fixtures of the runtime's tests: an exit that can be observed, and apps of both kinds."""

import asyncio

import pytest

from streams.runtime import exits


class LeftError(BaseException):
    """The process would have ended here."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@pytest.fixture(autouse=True)
def leaving(monkeypatch: pytest.MonkeyPatch) -> type[LeftError]:
    """Ending the process raises instead, or it would be pytest's end."""

    def leave(code: int) -> None:
        raise LeftError(code)

    monkeypatch.setattr(exits, "leave", leave)
    monkeypatch.setattr(exits.logging, "shutdown", lambda: None)
    return LeftError


@pytest.fixture(autouse=True)
def loop_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building an app chooses uvloop for the process; in this process pytest has chosen."""
    monkeypatch.setattr(asyncio, "set_event_loop_policy", lambda policy: None)
