"""`heat detect`: a file of counts through the stream's own statistic and bar."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

import typer

from deploy.cli.asked import settings_of
from deploy.cli.counts import Bucket, CountsFile, read_counts, widths
from deploy.cli.lines import write_line
from schemas.errors import SettingsError
from streams.core.config import CoreConfig, configure
from streams.core.series import Reading, Series

DECIMALS: Final = 6
READ: Final = (  # of the settings: the others are of types, voices, stories and episodes
    *("velocity." + name for name in (
        "baseline_days", "literal_days", "fast_weight", "slow_weight", "peak_share",
        "floor_mentions", "warmup_hours", "prior_mean", "prior_variance")),
    *("gates." + name for name in (
        "gate", "detection", "quiet", "literal", "habit", "habit_growth", "habit_half_life_days",
        "presumed_habit")),
)


def register(app: typer.Typer) -> None:
    app.command()(detect)


def detect(
    file: CountsFile,
    overrides: Annotated[list[str] | None, typer.Option(
        "--set", help="Change one setting that a single series has: gates.detection=3.")] = None,
) -> None:
    """Print the stream's statistic, a bar and alerts, one JSON line a bucket.

    `time` is when a bucket begins, ISO 8601 (UTC unless it says otherwise) or seconds since 1970,
    ascending in each series; a bucket that is not there counts nothing. The bucket width is the
    most frequent distance of two times; what a bucket longer than five minutes holds counts as
    spread evenly over it, so that daily ones show no hour and weekly ones next to nothing. Shorter
    ones are judged at whole five-minute buckets, so that the alert of one-minute ones comes at the
    end of five of them. Values are whole numbers. `detection_score` is the stream's statistic, less
    what its bar lies above the `gate` or plus what it lies below, so that the gate is the same
    throughout. `alert` says that one goes out: the gate is reached, the last half hour counts
    something and is no quieter than the six hours before it, and the last alert is 12 h old, or a
    usual half hour lies between and the statistic itself is a fifth higher than all since. For a
    series that counts little the stream's bar is lowered by up to three tenths, which is about one
    false alarm a week: too many for each of a stream's thousands of names. A burst that still rises
    then is told again, where the stream has one alert per episode. So may be one that is over: the
    statistic looks back 12 h, and behind a burst that ended more than six hours ago a usual count
    is no quieter. Look at `value` before you believe a second alert. With --set gates.gate=literal,
    `literal_z` is compared with `gate` (2.5, and up to twice that in the first two days),
    `detection_score` decides nothing, and all that is asked besides is that the last alert is 12 h
    old. One series has no source types and no authors to count.
    """
    config = _config(settings_of(overrides or []))
    for line in lines(read_counts(file), config):
        write_line(line)


def _config(overrides: dict[str, Any]) -> CoreConfig:
    """Raises SettingsError for a setting that would have no effect here."""
    for name in overrides:
        if name not in READ:
            raise SettingsError(f"--set {name}: no setting of a single series; there are "
                                f"{', '.join(READ)}")
    return configure(overrides)


def lines(buckets: list[Bucket], config: CoreConfig) -> Iterator[dict[str, Any]]:
    """One line for each bucket, in the order of the file."""
    width = widths(buckets)
    running: dict[str, Series] = {}
    for bucket in buckets:
        series = running.get(bucket.series)
        if series is None:
            series = running[bucket.series] = Series(bucket.start, width[bucket.series], config)
        yield _told(bucket, series.push(bucket.start, bucket.seen))


def _told(bucket: Bucket, found: Reading) -> dict[str, Any]:
    return {
        "series": bucket.series,
        "time": bucket.time,
        "value": bucket.seen,
        "literal_z": round(found.literal_z, DECIMALS),
        "detection_score": round(found.score, DECIMALS),
        "gate": round(found.gate, DECIMALS),
        "alert": found.alert,
    }
