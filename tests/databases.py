"""A database of one's own on the session's server."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql


@contextmanager
def database(server: str, template: str = "template1") -> Iterator[str]:
    """A copy of the template, dropped afterwards whoever is still connected."""
    name = sql.Identifier(fresh := f"test_{uuid4().hex[:12]}")
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as session:
        session.execute(made)
        yield urlunsplit(urlsplit(server)._replace(path=f"/{fresh}"))
        session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
