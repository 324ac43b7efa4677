"""What may be exported: tables by name, and how far each can tell what was known at a time."""

from dataclasses import dataclass
from typing import Final, Literal

from gateway.subscription import RefusedError

# Whether `as_of` is the truth. A table that keeps `every` row tells it exactly. One that keeps the
# `last` record of an id shows that row as it was corrected since. One that holds what is `current`
# has forgotten what was before, and is not asked.
Keeps = Literal["every", "last", "current"]
AS_OF: Final[dict[Keeps, str]] = {
    "every": "exact",
    "last": "rows known by then, each as it was corrected since",
    "current": "refused: only what holds now is kept",
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows that can be asked for under one name."""

    name: str
    about: str
    keeps: Keeps = "every"
    table: str = ""  # where the rows are; the name itself when empty
    latest_of: str = ""  # of the rows that share this column, only the latest
    entity_column: str = "entity_id"
    order: tuple[str, ...] = ("known_time", "id")
    tagged: bool = True  # whether the sinks' offsets tell that its rows are still the same
    latest_by: tuple[str, ...] = ("known_time DESC", "id")

    @property
    def relation(self) -> str:
        return self.table or self.name


def view(name: str, about: str, *order: str) -> Dataset:
    """A view for people, which tells how things stand."""
    return Dataset(name, about, keeps="current", order=order, tagged=False)


DATASETS: Final[tuple[Dataset, ...]] = (
    Dataset("raw_mentions", "what sources said, shortened", keeps="last"),
    Dataset("mentions", "raw mentions resolved to an entity", keeps="last"),
    Dataset("candidates", "what was left out of the count, and why", keeps="last"),
    Dataset("velocity", "speed of an entity, whenever it has changed"),
    Dataset("heat", "HEAT of an entity at a poll", keeps="last"),
    Dataset("alerts", "every step of every alert"),
    Dataset(
        "alert_now",
        "the latest step of each alert",
        table="alerts",
        latest_of="alert_id",
        latest_by=("step DESC", "known_time DESC", "id"),
    ),
    Dataset("actions", "what people did with alerts, votes among it"),
    Dataset("entities", "the catalogue as it stands", keeps="current", entity_column="id"),
    Dataset("predictions", "heat expected at a horizon", keeps="last"),
    Dataset("training_runs", "every fitting of a model"),
    Dataset("kpis", "how the alerts of each day did", keeps="last"),
    Dataset("discoveries", "every step of every discovered name"),
    Dataset(
        "discovery_now",
        "the latest step of each discovered name",
        table="discoveries",
        latest_of="entity_id",
    ),
    Dataset("questions", "every telling of every question of the resolve queue"),
    Dataset(
        "question_now",
        "each question as it stands",
        table="questions",
        latest_of="question_id",
        latest_by=("known_time DESC", "state DESC", "id"),
    ),
    Dataset("audit", "calls to sources, and refusals to make them"),
    Dataset("health", "how each source is"),
    Dataset("heartbeats", "canaries that arrived"),
    Dataset("budget", "how much of each provider's limit is spent"),
    view("v_top_now", "the latest reading of each entity, hottest first", "rank", "entity_id"),
    view("v_entity_timeline", "each entity's hours", "entity_id", "hour"),
    view("v_source_health", "how each source is, and its last day", "source"),
    view("v_budget_month", "what each month has cost", "month", "source", "unit"),
    view("v_alerts_with_votes", "alerts as they stand, with votes", "opened_at", "alert_id"),
    view("v_lead_times", "each alert's lead over the trades", "opened_at", "alert_id"),
    view("v_kpi_daily", "alerts, leads and votes of each day", "day"),
)
BY_NAME: Final = {dataset.name: dataset for dataset in DATASETS}


def dataset_of(name: str) -> Dataset:
    """Raises RefusedError for a name that nobody may export."""
    found = BY_NAME.get(name)
    if found is None:
        raise RefusedError(
            "UnknownTable", f"parameter 'table': {name!r} is none of {', '.join(BY_NAME)}"
        )
    return found
