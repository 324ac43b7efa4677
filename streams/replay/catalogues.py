"""The catalogue of a recording, in any version that a tick names; it can be sent to a process."""

from collections.abc import Mapping, Sequence
from typing import Final

from schemas.records import Entity
from streams.catalogue import build
from streams.core.resolve import Catalogue
from streams.core.spam_model import SpamModel

KEPT_VERSIONS: Final = 4


class Catalogues:
    """Built from the log of entities when asked for. With `only`, every version is that one."""

    def __init__(
        self, log: Sequence[tuple[int, Entity]], spam_models: Mapping[str, SpamModel],
        only: int | None = None,
    ) -> None:
        self._log, self._spam_models, self._only = list(log), dict(spam_models), only
        self._built: dict[int, Catalogue] = {}

    def __call__(self, version: int) -> Catalogue:
        named = version if self._only is None else self._only
        found = self._built.get(named)
        if found is None:
            found = self._built[named] = build(named, self._log, self._spam_models)
            for stale in sorted(self._built)[:-KEPT_VERSIONS]:
                del self._built[stale]
        return found

    def __reduce__(self) -> tuple[type["Catalogues"], tuple[object, ...]]:
        return Catalogues, (self._log, self._spam_models, self._only)
