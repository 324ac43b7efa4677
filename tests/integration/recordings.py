"""A small recording of the simulated world, as the file of articles that a user would bring."""

import json
from pathlib import Path

from deploy.replay.plan import Plan
from producers.catalogue.load import load_entities
from producers.simulate.run import CAST
from producers.simulate.world import simulated_world
from schemas.clock import HOUR_MS, iso, parse_time, tick_of
from schemas.records import RawMention

BEGIN = parse_time("2026-03-01T00:00:00Z")
QUIET_HOURS = 42
STORY_HOURS = 9
HOSTS = {"reddit": "www.reddit.com", "youtube": "www.youtube.com", "trades": "variety.com",
         "google-news": "paper{}.example", "google-trends": "board{}.example"}
UNKNOWN = "sim-harbor-and-vine"  # to be discovered
SECOND_NAME = "Odalys Finch predicted"  # the big story of the world is told under two names
MAP = "id=id,known_time=seen,event_time=published,title=title,text=body,url=url,channel=outlet"


def row(mention: RawMention, number: int) -> dict[str, str]:
    host = HOSTS[mention.source].format(number % 23)
    return {
        "id": mention.id, "seen": iso(mention.known_time), "published": iso(mention.event_time),
        "title": mention.title.replace("nobody predicted", SECOND_NAME), "body": mention.text,
        "outlet": f"Outlet {number % 23}",
        "url": f"https://{host}/{number}",
    }


def write_recording(path: Path, seed: int = 3) -> int:
    """The rows that were written; two of them are no mentions and one is a copy."""
    cast = load_entities(CAST)
    world = simulated_world(seed, BEGIN + QUIET_HOURS * HOUR_MS, cast, load_entities())
    first = tick_of(BEGIN)
    minutes = (QUIET_HOURS + STORY_HOURS) * 60
    said = [m for n in range(first, first + minutes) for m in world.mentions_of(n)]
    rows = [row(mention, number) for number, mention in enumerate(said)]
    rows += [rows[5], {**rows[6], "id": "no-time", "seen": ""},
             {**rows[7], "id": "taken-back", "title": "[Removed]"}]
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return len(rows)


def plan_of(path: Path, **changes: object) -> Plan:
    overrides = {"gates.min_authors": 3, "discovery.min_authors": 3, "discovery.min_types": 1}
    settings: dict[str, object] = {"overrides": overrides, "catalogue": both(path)}
    return Plan(path, MAP, "newsapi", **{**settings, **changes})  # type: ignore[arg-type]


def both(path: Path) -> Path:
    """The starter catalogue and the cast of the simulated world, but one, in one file."""
    from producers.catalogue.load import STARTER

    joined = path.with_name("catalogue.yml")
    cast = CAST.read_text("utf-8").split("entities:", 1)[-1]
    cast = "\n".join(line for line in cast.splitlines() if f"id: {UNKNOWN}," not in line) + "\n"
    joined.write_text(STARTER.read_text("utf-8").rstrip() + "\n" + cast.lstrip("\n"), "utf-8")
    return joined
