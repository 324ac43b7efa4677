"""Errors are classed by what the catcher does, and each has one class."""

import inspect

import pytest

from schemas import errors
from schemas.errors import FatalError, HeatError, RetriableError, SkippableError

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
REACTIONS = (RetriableError, SkippableError, FatalError)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_an_error_is_retried_skipped_or_fatal_and_is_called_so(kind: type[Exception]) -> None:
    assert issubclass(kind, HeatError)
    assert kind.__name__.endswith("Error")
    assert kind is HeatError or len([r for r in REACTIONS if issubclass(kind, r)]) == 1
    assert kind is HeatError or kind.__name__ in (errors.__doc__ or "")


def test_a_retriable_error_says_when_to_come_back() -> None:
    assert RetriableError("the broker is away").retry_after > 0
    assert RetriableError("asked to wait", retry_after=30.0).retry_after == 30.0
