"""Puts a mutant's code in the place of the original, in the memory of this process only."""

import importlib
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType


def functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """Every function and method that the module defines, by its qualified name."""
    for value in vars(module).values():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        parts = vars(value).values() if isinstance(value, type) else (value,)
        for part in parts:
            plain = getattr(getattr(part, "fget", part), "__wrapped__", getattr(part, "fget", part))
            if isinstance(plain, FunctionType):
                yield plain.__code__.co_qualname, plain


def codes(code: CodeType) -> dict[str, CodeType]:
    """Functions and methods in a module's code, or in a class's, by qualified name."""
    found: dict[str, CodeType] = {}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found |= codes(inner) if _is_class(inner) else {inner.co_qualname: inner}
    return found


def _frame(code: CodeType) -> tuple[object, ...]:
    """What a module does when it is imported, whatever its functions do when they are called."""
    return code.co_code, code.co_names, tuple(
        _frame(const) if isinstance(const, CodeType) and _is_class(const) else const
        for const in code.co_consts if not isinstance(const, CodeType) or _is_class(const)
    )


def _is_class(code: CodeType) -> bool:
    return "__qualname__" in code.co_names and not code.co_argcount and "<" not in code.co_name


def changed_function(before: str, after: str) -> str | None:
    """The function in which two sources differ; None when importing them differs, too."""
    old, new = (compile(source, "mutant", "exec") for source in (before, after))
    if _frame(old) != _frame(new):
        return None
    mine, theirs = codes(old), codes(new)
    changed = [name for name in mine if _shape(mine[name]) != _shape(theirs[name])]
    return changed[0] if len(changed) == 1 else None


def _shape(code: CodeType) -> tuple[object, ...]:
    consts = tuple(
        _shape(const) if isinstance(const, CodeType) else (type(const), const)
        for const in code.co_consts
    )
    return code.co_code, code.co_names, code.co_varnames, consts


def graft(module: ModuleType, name: str, after: str) -> bool:
    """Give the function the mutant's code, wherever it was imported to."""
    code = codes(compile(after, str(module.__file__), "exec"))[name]
    targets = [function for own, function in functions(module) if own == name]
    for function in targets:
        function.__code__ = code
    return bool(targets)


def plant(name: str, path: str, after: str) -> None:
    """Make the mutant the module of that name; for a process that has not imported it yet."""
    package, _, own = name.rpartition(".")
    module = ModuleType(name)
    module.__file__, module.__package__ = path, package
    sys.modules[name] = module
    setattr(importlib.import_module(package), own, module)
    exec(compile(after, path, "exec"), vars(module))
