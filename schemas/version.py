"""The version that every derived event carries as `code_version`.

One that was released computes the same events for ever: a change of them is of the next version.
"""

from typing import Final

CODE_VERSION: Final = "0.2.1"
