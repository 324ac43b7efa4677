"""A sealed recording runs with the settings it was sealed with."""

from dataclasses import replace

from deploy.replay.plan import Plan, convert
from deploy.replay.recording import manifest as seals
from deploy.replay.recording.manifest import Manifest


def as_sealed(plan: Plan, manifest: Manifest | None = None) -> Plan:
    """The plan with the settings of its recording, which `--set` then changes; `manifest` is the
    recording's, of a caller who has read it.

    Raises SettingsError when this version has another set of settings.
    """
    if not plan.sealed or plan.config is not None:
        return plan
    config = (manifest or seals.read(plan.file)).config
    if config is not None:
        convert(config)
    return replace(plan, config=config)
