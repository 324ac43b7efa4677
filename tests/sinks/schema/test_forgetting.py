"""Whoever forgets may open as much of what TimescaleDB has compressed as there is."""

import pytest

from sinks.forget.tables import Tables

LIMIT = "SELECT current_setting('timescaledb.max_tuples_decompressed_per_dml_transaction', true)"


@pytest.mark.parametrize(("way", "limit"), [("standin_dsn", "0"), ("native_dsn", None)])
def test_no_limit_on_what_is_decompressed_where_anything_is(
    way: str, limit: str | None, request: pytest.FixtureRequest
) -> None:
    tables = Tables(request.getfixturevalue(way))
    try:
        assert not tables.empty
        found = tables._session.execute(LIMIT).fetchone()
        assert found == {"current_setting": limit}
    finally:
        tables.close()
