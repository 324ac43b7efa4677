"""ScraperAPI: the same question by another way, its price and its refusals."""

import pytest
from pydantic import SecretStr

from producers import scraperapi
from producers.base.body import Body
from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UpstreamError,
)
from producers.boxoffice.source import BoxOfficeOptions, BoxOfficeSource
from schemas.errors import HeatError
from schemas.settings import KeysSection
from tests.producers.builders import NOON

KEYS = KeysSection(scraperapi=SecretStr("open-sesame"))
PAID = BoxOfficeOptions(transport="scraperapi", days=1)


def test_charts_are_asked_for_by_the_paid_way_and_no_address_holds_the_key() -> None:
    day, *charts = BoxOfficeSource(PAID, KEYS).asks(NOON)
    assert day.request.url.host == "www.boxofficemojo.com"
    assert "credits" not in day.cost
    for ask in charts:
        assert ask.request.url.host == "api.scraperapi.com"
        assert str(ask.request.url.params["url"]).startswith("https://www.imdb.com/chart/")
        assert ask.request.headers["x-sapi-api_key"] == "open-sesame"
        assert "sesame" not in str(ask.request.url)
        assert ask.cost["credits"] == scraperapi.RENDERED_COST


def test_the_paid_way_without_a_key_is_missing_it_and_the_plain_way_is_not() -> None:
    assert BoxOfficeSource(PAID).missing() == (scraperapi.KEY,)
    assert BoxOfficeSource(PAID, KEYS).missing() == ()
    assert BoxOfficeSource().missing() == ()


def test_an_answer_says_what_it_cost() -> None:
    source = BoxOfficeSource(PAID, KEYS)
    assert source.spent(Body(b"", NOON, headers={"sa-credit-cost": "25"})) == {"credits": 25.0}
    assert source.spent(Body(b"", NOON, headers={"sa-credit-cost": "many"})) is None


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (403, b"You have exhausted the API Credits available", BudgetSpentError),
        (403, b"Unauthorized request", CredentialsError),
        (429, b"", ThrottledError),
        (404, b"", RefusedError),
        (500, b"", UpstreamError),
    ],
)
def test_its_refusals_are_named(status: int, content: bytes, error: type[HeatError]) -> None:
    refused = BoxOfficeSource(PAID, KEYS).refusal(Body(content, NOON, status, asked="tvmeter"))
    assert type(refused) is error
