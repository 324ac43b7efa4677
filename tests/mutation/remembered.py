"""What earlier runs found out, as long as nothing changed that a trial can see."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


def seen_by(tests: Iterable[str], tree: Path) -> list[Path]:
    """The tests, every module of the tree that they import however far away, and its tables."""
    found: set[Path] = set()
    waiting = [tree / test for test in tests]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += _imports(module, tree)
    return sorted(found | _tables(tree))


@cache
def _imports(module: Path, tree: Path) -> tuple[Path, ...]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
    return tuple(path for name in names for path in _files(name, tree))


def _files(name: str, tree: Path) -> Iterator[Path]:
    """Of a module and the packages that it is in, those which are in the tree."""
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        own = tree.joinpath(*parts[:length])
        yield from (path for path in (own.with_suffix(".py"), own / "__init__.py") if path.exists())


@cache
def _tables(tree: Path) -> frozenset[Path]:
    """Word lists, schemas and the like: whoever reads one does not say so in its imports."""
    folders = (tree / "streams", tree / "schemas", tree / "tests" / "streams" / "core")
    return frozenset(
        path for folder in folders for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    )


def ground(tests: Iterable[str], tree: Path) -> str:
    """A digest of all that a trial with these tests can see; another one means: try again."""
    digest = hashlib.sha256((tree / "pyproject.toml").read_bytes())
    for path in seen_by(tests, tree):
        digest.update(f"\n{path.relative_to(tree)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def key_of(source: str, standing_on: str) -> str:
    return hashlib.sha256(f"{standing_on}\n{source}".encode()).hexdigest()


def verdicts(book: Path) -> dict[str, bool]:
    """Whether each mutant survived; a last line that a kill cut short is no verdict."""
    told: dict[str, bool] = {}
    for line in book.read_text().splitlines() if book.exists() else ():
        key, _, survives = line.partition(" ")
        if len(key) == hashlib.sha256().digest_size * 2 and survives in ("0", "1"):
            told[key] = survives == "1"
    return told
