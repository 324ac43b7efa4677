"""Proof of alerts: the recording is what was sealed, the chain holds, and the same core makes the
same alerts of it, to the bit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from deploy.replay.footage import Showing, Watch, footage, nobody
from deploy.replay.in_process import events_in_process
from deploy.replay.plan import Plan
from deploy.replay.recording import manifest as seals
from deploy.replay.recording.manifest import Manifest
from deploy.replay.recording.reading import Folder
from deploy.replay.sealed import as_sealed
from schemas.clock import HOUR_MS, INTERVAL_MS, POLL_TICKS, Millis, end_of
from schemas.codec import decode_as, encode
from schemas.errors import SettingsError
from schemas.records import Alert
from schemas.version import CODE_VERSION
from streams.replay.recompute import Finding, broken_links, differences, pending, set_of

# How many intervals before the last tick an alert may be missing. Of a file nothing is: its run is
# over. On topics the alerts of poll n follow tick n, which itself comes a grace of seconds behind
# the interval's end, through three roles that each commit every second; and the raw topics are read
# to their ends a moment before the ticks are. Alerts are of polls only, so of a running namespace
# the newest poll is let off, and no other. The files of an archive are sealed at different moments,
# by default within an hour; one that seals less often is recorded with an end, `--until`.
SLACK_TICKS: Final = {
    "file": 0, "topics": POLL_TICKS, "archive": HOUR_MS // INTERVAL_MS + POLL_TICKS,
}
NONE: Final = "no alert is on record"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and everything that is wrong."""

    recording: str
    seal: str
    damaged: tuple[str, ...] = ()  # files and blocks
    alerts: int = 0  # steps on record
    links: tuple[Finding, ...] = ()  # broken
    recomputed: int = 0  # steps compared to the bit
    differ: tuple[Finding, ...] = ()
    pending: tuple[Finding, ...] = ()  # computed, not on record, and too new to be missed
    absent: int = 0  # steps computed where not one is on record
    not_recomputed: str = ""  # why, when nothing was

    @property
    def holds(self) -> bool:
        return not (self.damaged or self.links or self.differ)

    @property
    def proves(self) -> bool:
        """Whether every alert on record was computed again and came out equal."""
        return (self.holds and not self.absent and self.recomputed == self.alerts
                and self.not_recomputed in ("", NONE))


@dataclass(frozen=True)
class Wanted:
    """Which alerts: all, or those whose id begins like this."""

    prefix: str = ""

    def of(self, alerts: Sequence[Alert]) -> list[Alert]:
        return [alert for alert in alerts if alert.alert_id.startswith(self.prefix)]


def verify(
    folder: Path, plan: Plan, wanted: Wanted, seal: str | None = None, watch: Watch = nobody
) -> Verdict:
    """The verdict over a sealed recording. `plan` brings settings that differ from its own.

    Raises SettingsError for no recording, and for an alert that it does not hold.
    """
    manifest = seals.read(folder)
    damaged = tuple(seals.damages(folder, manifest, seal))
    verdict = Verdict(recording=folder.name, seal=manifest.seal, damaged=damaged)
    if damaged:
        return msgspec.structs.replace(verdict, not_recomputed="the recording is damaged")
    recording = Folder(folder, manifest)
    alerts = list(set_of(recording.alerts()).values())
    chosen = wanted.of(alerts)
    if wanted.prefix and not chosen:
        raise SettingsError(f"no alert {wanted.prefix!r} in {folder} ({len(alerts)} steps)")
    verdict = msgspec.structs.replace(
        verdict, alerts=len(chosen), links=tuple(broken_links(chosen)))
    try:
        plan = as_sealed(replace(plan, file=folder), manifest)
    except SettingsError as refusal:
        return msgspec.structs.replace(verdict, not_recomputed=str(refusal))
    why = _cannot(recording, plan, alerts)
    if why:
        return msgspec.structs.replace(verdict, not_recomputed=why if alerts else NONE)
    again = wanted.of(recompute(plan, recording, watch))
    until = on_record_until(manifest, alerts)
    if not alerts:
        return _of_none(verdict, len(differences([], again, until)))
    return msgspec.structs.replace(
        verdict, recomputed=len(chosen), differ=tuple(differences(chosen, again, until)),
        pending=tuple(pending(chosen, again, until)),
    )


def _of_none(verdict: Verdict, absent: int) -> Verdict:
    """Of a recording without alerts nobody knows whether they were left out or cut out."""
    told = f"{NONE}, and {absent} steps are computed" if absent else NONE
    return msgspec.structs.replace(verdict, absent=absent, not_recomputed=told)


def on_record_until(manifest: Manifest, alerts: Sequence[Alert]) -> Millis:
    """Up to when every alert has to be on record: almost to the last tick, and never less far than
    the newest that is."""
    newest = max((alert.known_time for alert in alerts), default=-1)
    return max(newest, end_of(manifest.last_tick - SLACK_TICKS[manifest.made_from]))


def _cannot(recording: Folder, plan: Plan, alerts: Sequence[Alert]) -> str:
    """Why nothing can be recomputed to the bit; "" when it can."""
    told = recording.manifest
    hashes = {alert.config_hash for alert in alerts} or {plan.core.hash}
    if hashes != {plan.core.hash}:
        return (f"computed with settings {', '.join(sorted(hashes))}, and these are"
                f" {plan.core.hash}; --set brings the others")
    versions = {alert.code_version for alert in alerts} or {told.code_version}
    if versions != {CODE_VERSION}:
        return f"computed by code {', '.join(sorted(versions))}, and this is {CODE_VERSION}"
    if not told.mentions:
        return "no raw mention is on record"
    if not recording.from_the_start():
        return ("the recording begins after the deployment did: what it remembered then is not"
                " on record")
    return ""


def recompute(plan: Plan, recording: Folder, watch: Watch = nobody) -> list[Alert]:
    """Every alert of the recording under the plan's settings, by as many processes as it asks for;
    what went through the wire format is compared, as what is on record did."""
    shown = footage(plan, recording)
    batches = events_in_process(shown, plan, Showing(shown, plan, watch), counted=False)
    return [
        decode_as(Alert, encode(record))
        for _, told in batches for record in told if isinstance(record, Alert)
    ]
