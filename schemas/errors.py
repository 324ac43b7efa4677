"""Errors, classed by what the catcher does: try again, skip, or stop.

* HeatError
  * RetriableError     the same call may succeed later; `retry_after` seconds says when
  * SkippableError     this input can never succeed; leave it out and say so
    + UndecodableError bytes that are no record of ours
    + UnencodableError a record that Avro cannot hold
  * FatalError         our own state or configuration is wrong; stop the process
    + SettingsError    a setting is unknown, missing or out of range; exit code 2
"""


class HeatError(Exception):
    """Base of every error that this project raises on purpose."""


class RetriableError(HeatError):
    """The same call may succeed later."""

    def __init__(self, reason: str, retry_after: float = 1.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SkippableError(HeatError):
    """This input can never succeed; it is left out, counted and named."""


class FatalError(HeatError):
    """Going on would lose or corrupt something; the process stops."""


class SettingsError(FatalError):
    """A setting is unknown, missing or out of range."""


class UndecodableError(SkippableError):
    """Bytes that are no record of ours. Whoever read them adds topic, partition and offset."""

    def __init__(self, reason: str, schema_id: int | None = None) -> None:
        super().__init__(reason)
        self.schema_id = schema_id


class UnencodableError(SkippableError):
    """A record with a value that Avro cannot hold; it came from upstream like that."""
