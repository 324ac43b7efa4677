"""The advanced score of an entity, over the application itself."""

from collections.abc import Callable

import httpx
import msgspec

from schemas.records import Advanced, Alert, Heat
from tests.gateway.builders import heat

Give = Callable[[list[Heat | Alert]], None]
SCORE = Advanced(
    velocity=0.7, acceleration=0.4, spread=0.67, affect=0.5, novelty=0.8, breadth=0.6,
    persistence=0.75, total=62.55,
)


async def test_an_entity_has_seven_dimensions_and_their_sum(
    client: httpx.AsyncClient, feed: Give
) -> None:
    feed([msgspec.structs.replace(heat("a", 1.0), advanced=SCORE)])
    told = (await client.get("/score/advanced/a")).json()
    assert told["total"] == 62.55
    assert len(told["dimensions"]) == 7
    assert told["dimensions"]["novelty"] == 0.8
    assert told["heat"] == 1.0


async def test_an_entity_of_which_nothing_is_known_is_not_found(
    client: httpx.AsyncClient, feed: Give
) -> None:
    feed([heat("b", 1.0)])
    for name in ("a", "b"):
        answer = await client.get(f"/score/advanced/{name}")
        assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")
        assert repr(name) in answer.json()["detail"]


async def test_an_unknown_parameter_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/score/advanced/a", params={"colour": "red"})
    assert answer.status_code == 400
    assert "'colour'" in answer.json()["detail"]
