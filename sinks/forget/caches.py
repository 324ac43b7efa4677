"""The caches: answers of the sources that those who are sought spoke on.

They are packed and may be of another version of ours, so what is in them is not asked: all answers
of the source go, and cost nothing but to be fetched again.
"""

from collections.abc import Iterator
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from schemas.errors import RetriableError, SettingsError
from sinks.forget.report import Place

ANSWERS: Final = "answers"
AT_ONCE: Final = 500


class Caches:
    """Redis, as far as it keeps what sources answered."""

    def __init__(self, url: str, namespace: str) -> None:
        try:
            self._client = Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)
        except ValueError:
            raise SettingsError("HEAT_REDIS__URL: not a redis:// address") from None
        self._prefix = f"{namespace or 'live'}:{ANSWERS}:"

    def find(self, sources: set[str]) -> Iterator[Place]:
        for source in sorted(sources):
            for key in self._keys(source):
                yield Place(
                    store="cache",
                    where=f"redis {self._prefix}{source}",
                    kind="answer",
                    id=key.decode(errors="replace").removeprefix(self._prefix),
                )

    def blank(self, sources: set[str]) -> int:
        """The number of answers that were dropped."""
        keys = [key for source in sources for key in self._keys(source)]
        try:
            for first in range(0, len(keys), AT_ONCE):
                self._client.delete(*keys[first : first + AT_ONCE])
        except RedisError as error:
            raise _told(error) from None
        return len(keys)

    def close(self) -> None:
        self._client.close()

    def _keys(self, source: str) -> list[bytes]:
        try:
            return sorted(self._client.scan_iter(f"{self._prefix}{source}:*", count=AT_ONCE))
        except RedisError as error:
            raise _told(error) from None


def _told(error: RedisError) -> RetriableError:
    return RetriableError(
        f"Redis does not answer ({type(error).__name__}); HEAT_REDIS__URL, or --without caches"
    )
