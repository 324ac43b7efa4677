"""Pollers of loopback feeds, and the clock that they go by."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.producers.base.polling import Hands, MakePoller, pollers


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest_asyncio.fixture
async def poller_of(hands: Hands) -> AsyncIterator[MakePoller]:
    async with pollers(hands) as make:
        yield make
