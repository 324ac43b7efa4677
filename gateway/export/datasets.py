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
    latest_by: tuple[str, ...] = ("known_time DESC", "id")

    @property
    def relation(self) -> str:
        return self.table or self.name


DATASETS: Final[tuple[Dataset, ...]] = (
    Dataset("mentions", "raw mentions resolved to an entity"),
    Dataset("heat", "HEAT of an entity at a poll", keeps="last"),
    Dataset("alerts", "every step of every alert"),
    Dataset(
        "alert_now",
        "the latest step of each alert",
        table="alerts",
        latest_of="alert_id",
        latest_by=("step DESC", "known_time DESC", "id"),
    ),
    Dataset("predictions", "heat expected at a horizon", keeps="last"),
    Dataset("training_runs", "every fitting of a model"),
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
