"""A grid of settings over one recording: resolved once, measured for each, chosen on the first part
of the time and judged on the rest, which the choice never saw."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from itertools import product
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import msgspec
import yaml

from deploy.replay.again import resolved_name, resolved_of
from deploy.replay.footage import Footage, Watch, footage, nobody
from deploy.replay.in_process import computed_key
from deploy.replay.kept import Cache, Say, kept, key_of
from deploy.replay.plan import Plan
from schemas.clock import Millis, end_of, iso
from schemas.errors import SettingsError
from schemas.records import Tick
from streams.core.config import CoreConfig
from streams.garbage import settle
from streams.kpis.material import Material, longest_check
from streams.kpis.span import figures, span
from streams.replay.fault_words import moment
from streams.replay.process import belong, starting, stop
from streams.replay.resolved import measured, resolved

MOST = 10_000  # settings in one grid
Settings = dict[str, Any]


@dataclass(frozen=True)
class Grid:
    """Each setting with its values, and the time that parts tuning from testing."""

    settings: dict[str, list[Any]]
    split: Millis

    def combinations(self) -> Iterator[Settings]:
        """In the order of the file, the last setting changing fastest."""
        for values in product(*self.settings.values()):
            yield dict(zip(self.settings, values, strict=True))


@dataclass(frozen=True)
class Task:
    """One combination, as a process needs it."""

    overrides: Settings
    config: CoreConfig
    resolved: Path
    result: Path
    spans: tuple[tuple[str, Millis, Millis], ...]


def read_grid(file: Path, shown: Footage, until: Millis | None = None) -> Grid:
    """Raises SettingsError naming what is not understood. `until` ends what is replayed."""
    try:
        tree = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{file}: {error}") from None
    if not isinstance(tree, dict) or not isinstance(tree.get("grid"), dict) or not tree["grid"]:
        raise SettingsError(f"{file}: grid: setting: [values] is expected")
    unknown = sorted(set(map(str, tree)) - {"grid", "split"})
    if unknown:
        raise SettingsError(f"{file}: no key {unknown[0]!r}; there are grid and split")
    for name, values in tree["grid"].items():
        if not isinstance(values, list) or not values:
            raise SettingsError(f"{file}: {name}: a list of values is expected")
    last = shown.scene.last if until is None else min(until, shown.scene.last)
    return Grid(tree["grid"], _split(file, tree.get("split"), shown.scene.first, last))


def _split(file: Path, told: object, first: Millis, last: Millis) -> Millis:
    """Two thirds are for tuning unless a time is told."""
    if told is None:
        return first + (last - first) * 2 // 3
    at = moment(str(told), f"{file}: split")
    if not first < at < last:
        raise SettingsError(f"{file}: split {iso(at)} is not between {iso(first)} and {iso(last)}")
    return at


def tasks_of(grid: Grid, plan: Plan, shown: Footage, cache: Path) -> list[Task]:
    """Raises SettingsError for a setting that does not exist, before anything runs."""
    first, last = shown.scene.first, end_of(shown.ticks[1])
    if plan.until is not None:
        last = min(last, plan.until)
    spans = (("tune", first, grid.split), ("test", grid.split, last))
    base = computed_key(shown, plan.to_resolve())
    found: list[Task] = []
    for chosen in grid.combinations():
        if len(found) == MOST:
            raise SettingsError(f"more than {MOST} combinations")
        one = replace(plan, overrides={**plan.overrides, **chosen})
        if one.core.evidence.spam_models:
            raise SettingsError("a sweep resolves once; evidence.spam_models would change that")
        found.append(Task(
            chosen, one.core, cache / resolved_name(shown, plan),
            cache / f"figures-{key_of(base, one.core.hash, str(spans))}.json", spans,
        ))
    return found


def sweep(
    grid_file: Path, plan: Plan, cache: Cache, jobs: int, watch: Watch = nobody
) -> dict[str, Any]:
    """The table, best on the tuning part first. What the cache holds is not computed again."""
    shown = footage(plan)
    grid = read_grid(grid_file, shown, plan.until)
    tasks = tasks_of(grid, plan, shown, cache.folder)
    resolved_of(shown, replace(plan, workers=1) if jobs == 1 else plan, cache, watch)
    before = [_figures(task.result, cache.say) for task in tasks]
    again = [task for task, told in zip(tasks, before, strict=True) if told is None]
    watch(len(tasks) - len(again), len(tasks))
    _run(again, jobs, lambda done: watch(len(tasks) - len(again) + done, len(tasks)))
    rows = [
        {"overrides": task.overrides, "config_hash": task.config.hash,
         **(told or msgspec.json.decode(task.result.read_bytes()))}
        for task, told in zip(tasks, before, strict=True)
    ]
    return {
        "recording": shown.hash, "name": shown.name, "simulated": shown.simulated,
        "split": iso(grid.split), "computed": len(again), "from_cache": len(tasks) - len(again),
        "rows": sorted(rows, key=_rank),
    }


def _figures(result: Path, say: Say) -> dict[str, Any] | None:
    """What was computed before; one that was damaged is told of, and made again."""
    try:
        found: dict[str, Any] = msgspec.json.decode(result.read_bytes(), type=dict[str, Any])
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as damage:
        say(f"{result} is not what was written ({damage}): it is made again")
        result.unlink()
        return None
    return found


def _run(tasks: Sequence[Task], jobs: int, done: Callable[[int], None]) -> None:
    if jobs == 1 or len(tasks) < 2:
        for number, task in enumerate(tasks, 1):
            measure(task)
            done(number)
        return
    with ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn"), _begin) as pool:
        processes: set[BaseProcess] = set()
        try:
            with starting() as processes:
                futures = [pool.submit(measure, task) for task in tasks]
            for number, future in enumerate(as_completed(futures), 1):
                future.result()
                done(number)
        except BaseException:
            # A combination takes minutes. One that is cut short leaves no file of its name: `kept`.
            stop([pool], processes)
            raise


def _begin() -> None:
    """Run once, when a process begins: a sweep that was killed leaves nobody computing."""
    belong()
    settle()


def measure(task: Task) -> None:
    """Fold what was resolved under one configuration and keep its figures."""
    material = Material(longest_check=longest_check(task.config.backcheck))
    with task.resolved.open("rb") as file:
        def heard() -> Iterator[Any]:
            for record in resolved(file):
                if not isinstance(record, Tick):
                    material.add(record)
                yield record

        for _, event in measured(heard(), task.config):
            material.add(event)
    material.settle()
    told = {name: figures(span(material, first, last)) for name, first, last in task.spans}
    kept(task.result, lambda out: out.write(msgspec.json.encode(told)))


def _rank(row: dict[str, Any]) -> tuple[float, float]:
    """By the share of early alerts over chance, then by how few were taken back; on tuning."""
    early = row["tune"]["early_minus_chance"]["value"]
    false = row["tune"]["false_alerts"]["share"]
    return (-early if early is not None else 1.0, false if false is not None else 1.0)
