"""What can be asked of the catalogue, and told to it: discoveries, open questions, answers."""

import asyncio
from typing import Annotated

from confluent_kafka import KafkaException
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from gateway.discoveries import DiscoveriesQuery
from gateway.questions import Pick, QueueQuery, pick_action
from gateway.routes import as_json, gateway_of
from gateway.subscription import NoQuery, RefusedError
from schemas.clock import now

router = APIRouter()


@router.get("/discoveries/recent", tags=["catalogue"])
async def recent(request: Request, asked: Annotated[DiscoveriesQuery, Query()]) -> Response:
    """Names that became entities by themselves: their outcome, and whether they are verified."""
    return as_json({"items": gateway_of(request).discoveries.recent(asked)})


@router.get("/resolve/queue", tags=["catalogue"])
async def queue(request: Request, asked: Annotated[QueueQuery, Query()]) -> Response:
    """Names that wait for a person to say whom they mean, by how many voices wait."""
    return as_json({"items": gateway_of(request).queue.waiting(asked)})


@router.post("/resolve/queue/{question_id}/pick", tags=["catalogue"], status_code=202)
async def pick(
    request: Request, question_id: str, answer: Pick, asked: Annotated[NoQuery, Query()]
) -> Response:
    """Say whom the name means: an option's id, `new` or `none`. The same answer twice is one."""
    gateway = gateway_of(request)
    question = gateway.queue.question(question_id)
    if question is None:
        raise HTTPException(404, f"there is no question {question_id[:100]}")
    action = pick_action(question, answer, now())
    try:
        await asyncio.to_thread(gateway.actions.write, question_id, action)
    except KafkaException as failure:
        why = failure.args[0].str()
        raise RefusedError("NotReady", f"the answer was not kept: {why}") from None
    gateway.queue.answered(question_id, action)
    return as_json({"id": action.id, "question_id": question_id, "picked": answer.entity_id}, 202)
