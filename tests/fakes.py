"""Small doubles of outside worlds. The publisher's lives beside its port, in producers/base."""

from schemas.clock import Millis


class ManualClock:
    """A `schemas.clock.Now` that stands still until told otherwise."""

    def __init__(self, moment: Millis) -> None:
        self.moment = moment

    def __call__(self) -> Millis:
        return self.moment

    def advance(self, by: Millis) -> None:
        if by < 0:
            raise ValueError(f"time does not go back by {-by} ms")
        self.moment += by
