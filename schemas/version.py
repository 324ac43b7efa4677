"""The version that every derived event carries as `code_version`."""

from typing import Final

CODE_VERSION: Final = "0.1.0"
