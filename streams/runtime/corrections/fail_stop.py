"""An exception that escapes an agent, or crashes a part of Faust, ends the worker at once.

Stock acknowledges the record that raised, or the whole batch, and goes on behind it; and a crashed
part is answered by a clean stop, which commits. Upstream: issues 315 and 527.
"""

from typing import Any

import faust
from faust.types.agents import AgentT

from streams.runtime import exits


class FailStopApp(faust.App):
    """An app that would rather do a record twice than skip it."""

    async def _on_agent_error(self, agent: AgentT[Any], exc: BaseException) -> None:
        exits.fail_stop(f"agent {agent.name} raised", exc)

    def _crash(self, reason: BaseException) -> None:
        exits.fail_stop("a part of Faust crashed", reason)
