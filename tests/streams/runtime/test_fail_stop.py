"""What an exception in an agent, or in a part of Faust, leads to."""

from pathlib import Path
from typing import Any

import pytest

from tests.streams.runtime.taped import ZERO, corrected, on_tape, read, records, stock


class Agent:
    name = "poisoned"


async def test_stock_commits_on_an_exception(tmp_path: Path) -> None:
    app = stock(tmp_path)
    consumer, client = on_tape(app)
    client.tape = [{ZERO: records(0, 1)}]
    for message in await read(consumer):
        message.ack(consumer)  # what the stream does on its way out of the agent
    await app._on_agent_error(Agent(), ValueError("poison"))  # type: ignore[arg-type]
    assert client.committed == {ZERO: 2}


async def test_an_exception_in_an_agent_ends_the_process_and_commits_nothing(
    tmp_path: Path, leaving: type[BaseException]
) -> None:
    app: Any = corrected(tmp_path)
    consumer, client = on_tape(app)
    client.tape = [{ZERO: records(0, 1)}]
    for message in await read(consumer):
        message.ack(consumer)
    with pytest.raises(leaving, match="70"):
        await app._on_agent_error(Agent(), ValueError("poison"))
    assert client.committed == {}


async def test_a_crashed_part_of_faust_ends_the_process(
    tmp_path: Path, leaving: type[BaseException]
) -> None:
    app: Any = corrected(tmp_path)
    with pytest.raises(leaving, match="70"):
        await app.crash(RuntimeError("consumer thread died"))
