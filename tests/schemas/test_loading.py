"""Within `loading` there is no rich, and nobody looks for cycles; behind it all is as before."""

import gc
import subprocess
import sys
from importlib import import_module

import pytest

from schemas.loading import HIDDEN, loading


def test_what_is_hidden_is_not_there_and_then_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in HIDDEN:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with loading():
        assert not gc.isenabled()
        for name in HIDDEN:
            with pytest.raises(ImportError):
                import_module(name)
    assert gc.isenabled()
    assert all(import_module(name) for name in HIDDEN)


def test_what_was_loaded_before_stays_in_sight() -> None:
    known = {name: import_module(name) for name in HIDDEN}
    with loading():
        assert {name: import_module(name) for name in HIDDEN} == known
    assert {name: sys.modules[name] for name in HIDDEN} == known


def test_an_import_that_fails_leaves_the_process_as_it_was() -> None:
    with pytest.raises(ModuleNotFoundError), loading():
        import_module("schemas.nowhere")
    assert gc.isenabled()


def test_a_role_is_loaded_without_what_it_does_not_run() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import streams.__main__, streams.worker, sys; print(*sys.modules)"],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout.split()
    assert "structlog" in told
    assert {"rich", "wordfreq", "tldextract", "numpy"} & set(told) == set()
