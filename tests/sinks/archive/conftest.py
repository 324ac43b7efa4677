"""Files that grow are closed at the end of a test, as the end of a process closes them."""

from collections.abc import Iterator

import pytest

from tests.sinks.archive import building


@pytest.fixture(autouse=True)
def _drop_what_is_open() -> Iterator[None]:
    yield
    while building.MADE:
        building.MADE.pop().drop()
