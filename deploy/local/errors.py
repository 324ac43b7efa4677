"""What can keep the embedded stack from running; each error says what to do."""

from schemas.errors import FatalError


class StackError(FatalError):
    """Shown to a person as it is, without a traceback."""


class JavaMissingError(StackError):
    """No Java that Kafka runs on."""


class JarDigestError(StackError):
    """A file of the jar cache is not the one that was locked."""


class JarFetchError(StackError):
    """The package repository did not deliver."""


class ChildEndedError(StackError):
    """A child ended before it was ready."""


class ChildNotReadyError(StackError):
    """A child ran, but was not ready in time."""


class HomeBusyError(StackError):
    """Another supervisor uses this home."""


class PartUnreachableError(StackError):
    """A server named by the settings does not answer."""


class MissingPartError(StackError):
    """A program of the embedded stack is not installed."""
