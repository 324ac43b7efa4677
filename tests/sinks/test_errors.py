"""What the drain does about an error of the database, by its state."""

import psycopg
import pytest
from psycopg import errors

from schemas.errors import FatalError, RetriableError
from sinks.base.errors import DatabaseUnavailableError, RefusedRowsError, classed


@pytest.mark.parametrize(
    "error",
    [
        errors.DiskFull,
        errors.OutOfMemory,
        errors.TooManyConnections,
        errors.InsufficientResources,
        errors.SerializationFailure,
        errors.LockNotAvailable,
        errors.AdminShutdown,
        psycopg.OperationalError,
    ],
)
def test_what_may_pass_is_tried_again(error: type[psycopg.Error]) -> None:
    assert isinstance(classed(error("not now")), DatabaseUnavailableError)


def test_a_limit_that_somebody_has_configured_stops_with_the_words_of_the_server() -> None:
    words = "tuple decompression limit exceeded by operation"
    failure = classed(errors.ConfigurationLimitExceeded(words))
    assert isinstance(failure, FatalError)
    assert not isinstance(failure, RetriableError)
    assert str(failure) == f"the database refuses: {words}"


@pytest.mark.parametrize(
    "error", [errors.NumericValueOutOfRange, errors.CheckViolation, errors.ProgramLimitExceeded]
)
def test_a_row_that_is_refused_is_no_outage(error: type[psycopg.Error]) -> None:
    assert isinstance(classed(error("that row")), RefusedRowsError)


def test_anything_else_stops() -> None:
    assert isinstance(classed(errors.UndefinedTable("no such table")), FatalError)
