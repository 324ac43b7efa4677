"""What can go wrong between a source and the log, classed by what to do about it."""

from typing import Final

from schemas.errors import FatalError, RetriableError, SkippableError

UNTOLD_PATIENCE_S: Final = 60.0


class UnreachableError(RetriableError):
    """The source did not answer: no network, no name, no connection, or too slow."""


class ThrottledError(RetriableError):
    """The source asks for patience; `told` says whether it told how much."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        self.told = retry_after is not None
        super().__init__(reason, UNTOLD_PATIENCE_S if retry_after is None else retry_after)


class BudgetSpentError(RetriableError):
    """A limit of ours or of the provider's is used up; `retry_after` ends with its window."""


class OpenCircuitError(RetriableError):
    """The source failed so often that it is left alone for a while."""


class BlockedError(RetriableError):
    """The source shuts us out with a page for people; asking on would make it worse."""


class UpstreamError(RetriableError):
    """The source failed on its own side."""


class UnreadableBodyError(SkippableError):
    """A body that is not what the source promises."""


class RefusedError(SkippableError):
    """The source says that this request can never succeed."""


class CredentialsError(FatalError):
    """The source does not accept who we say we are."""


class DisabledError(FatalError):
    """A source cannot go on until a person has done something."""


class UndeliveredError(FatalError):
    """The broker did not acknowledge a record within its deadline."""


class BrokerAwayError(RetriableError):
    """The broker did not answer within a deadline."""


class LogError(FatalError):
    """A topic is missing, or holds what it must not hold."""


class NotOurTurnError(RetriableError):
    """Another process polls this source, or may: we neither ask nor publish."""
