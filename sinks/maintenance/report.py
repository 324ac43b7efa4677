"""What a tidying came to, or would come to."""

import msgspec


class Report(msgspec.Struct, kw_only=True):
    """Lists are empty where nothing was to do. With `dry_run` they say what is to do."""

    way: str = ""  # timescaledb | postgresql
    words: str = ""  # the same for people, and why
    dry_run: bool = False
    busy: bool = False  # another process is at it: nothing was done here
    partitions_made: list[str] = msgspec.field(default_factory=list)
    partitions_dropped: list[str] = msgspec.field(default_factory=list)
    rows_purged: dict[str, int] = msgspec.field(default_factory=dict)
    ids_purged: dict[str, int] = msgspec.field(default_factory=dict)
    policies: list[str] = msgspec.field(default_factory=list)
    refreshed: dict[str, int] = msgspec.field(default_factory=dict)  # sums: days gone through
    analysed: list[str] = msgspec.field(default_factory=list)
    quiet: int = 0  # active entities that nobody mentions
    quiet_examples: list[str] = msgspec.field(default_factory=list)
    left: list[str] = msgspec.field(default_factory=list)  # could not be done now, and why

    def lines(self) -> list[str]:
        """For people: what there is to say, a line each."""
        if self.busy:
            return [self.words, "another process is tidying; nothing done"]
        would = "would be " if self.dry_run else ""
        told = [
            _told(f"partitions {would}made", self.partitions_made),
            _told(f"partitions {would}dropped", self.partitions_dropped),
            _told(f"rows {would}purged", _counts(self.rows_purged)),
            _told(f"ids {would}purged", _counts(self.ids_purged)),
            _told(f"policies {would}set", self.policies),
            _told(f"sums {would}refreshed, in days", _counts(self.refreshed)),
            _told(f"{would}analysed", self.analysed),
            _told("quiet entities", [str(self.quiet), *self.quiet_examples] if self.quiet else []),
            _told("left for the next time", self.left),
        ]
        return [self.words, *([line for line in told if line] or ["nothing to do"])]


def _told(what: str, which: list[str]) -> str:
    return f"{what}: {', '.join(which)}" if which else ""


def _counts(counts: dict[str, int]) -> list[str]:
    return [f"{name} {count}" for name, count in counts.items()]
