"""A recording through the core in this process: the reference of every other way to run it."""

from collections.abc import Iterable, Mapping, Sequence

from schemas.codec import encode
from schemas.records import Entity, RawMention, Tick
from streams.core.config import CoreConfig
from streams.core.pipeline import CatalogueAt, run
from streams.core.spam_model import SpamModel
from streams.replay.account import Account
from streams.replay.catalogues import Catalogues
from streams.replay.digest import Digest


def catalogue_of(
    entities: Sequence[Entity], spam_models: Mapping[str, SpamModel] | None = None
) -> Catalogues:
    """One version for the whole recording: its number is the count, as on a fresh topic."""
    return Catalogues(list(enumerate(entities)), spam_models or {}, len(entities))


def replay(
    log: Iterable[RawMention | Tick],
    sources: Sequence[str],
    catalogue_at: CatalogueAt,
    config: CoreConfig,
) -> Account:
    """Run the log to its end; the account of everything that came out.

    Events are encoded as the agents encode them, so that the digest is over equal bytes.
    """
    account = Account(Digest())
    for topic, record in run(log, sources, catalogue_at, config):
        account.add(topic, record, encode(record))
    return account
