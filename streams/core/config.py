"""The settings of the computation: every weight, window and gate, and their hash."""

from hashlib import blake2b
from typing import Any, Literal

import msgspec

from schemas.errors import SettingsError


class VelocityConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Windows and baselines. Lengths are in the unit of the name."""

    clock: Literal["event", "known", "mixed"] = "mixed"  # whose bucket a mention counts in
    prompt_types: tuple[str, ...] = ("social", "reference")  # mixed: by event time; others by known
    old_news_hours: int = 48  # mixed: what is known later than this counts when it happened
    baseline_days: int = 14
    literal_days: int = 7
    fast_weight: float = 0.6  # of the half hour's z to the power 3/4
    slow_weight: float = 0.6
    peak_share: float = 0.3  # what is expected leans so far from the mean to a usual day's peak
    floor_mentions: int = 5  # fewer in 12 h are no rise, whatever z says
    warmup_hours: int = 24  # observation before a baseline speaks for itself
    prior_mean: float = 2.0  # mentions per 12 h and type, until then
    prior_variance: float = 6.0
    type_weights: dict[str, float] = {}  # 1.0 unless named


class HeatConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """HEAT = velocity x min(z, cap) + spread x types / full_spread + affect, then freshness."""

    velocity: float = 0.5
    spread: float = 0.3
    affect: float = 0.2
    cap: float = 4.0
    full_spread: int = 3
    fade_hours: float = 24.0


class EvidenceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What counts as independent."""

    duplicate_hours: int = 24  # a near-duplicate text counts once in so many hours
    near_bits: int = 7  # fingerprints of people's posts that differ in no more are one text
    near_bits_press: int = 4  # headlines of two papers on one event are alike by nature
    author_per_day: int = 4  # counted mentions of one author or owner in 24 h
    channel_per_hour: int = 30  # counted mentions in one channel
    spam_limit: float = 0.8
    spam_models: dict[str, str] = {}  # source -> version of its model; the rules alone unless named
    count_passing: bool = False


class EpisodeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an episode begins and ends, on the scale of the gating statistic."""

    onset: float = 1.0
    gap_hours: int = 24  # longer than the longest silence of a source


class GateConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must hold before anybody is told."""

    gate: Literal["detection", "literal"] = "detection"
    detection: float = 2.45
    quiet: float = 2.0  # of a name without any history; between the two with m / (m + 5)
    literal: float = 2.5
    min_types: int = 2
    min_polls: int = 2
    persistence_hours: int = 12  # polls further apart prove nothing together
    min_authors: int = 5  # of one type, or
    # of this one when another type is there, or
    min_authors_beside: dict[str, int] = msgspec.field(default_factory=lambda: {"news": 3})
    min_authors_each: int = 2  # of each of two types, unless named below
    min_authors_of: dict[str, int] = msgspec.field(default_factory=lambda: {"social": 3})
    min_story_items: int = 4  # texts of one story, or
    min_cohesion: float = 0.6  # that share of the texts that tell anything
    silent_types: tuple[str, ...] = ("company", "network", "place", "platform", "publisher")
    silent_entities: tuple[str, ...] = ()  # ids that are measured and never alert
    debounce_hours: int = 6
    echo_hours: int = 24  # suppressed when trades have had it longer and heat is past its peak
    update_rise: float = 0.25  # of raw heat over the last step told
    habit: float = 0.3  # how much an alert raises the bar for the next
    habit_growth: float = 0.6  # and how much more for each that the bar is raised already
    habit_half_life_days: float = 10.0
    presumed_habit: float = 0.4  # of a busy name when observation begins


class BackcheckConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an alert that went out is looked at again, and what takes it back."""

    hours: int = 6  # in which the sources of its evidence were there
    wait_hours: int = 24  # for them, at the most
    within_hours: int = 3  # before it, some poll must have reached
    onset: float = 1.0  # of the gating statistic: then the spike persisted


class Tentpole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scheduled event, and the entities of which more is heard because of it."""

    name: str
    entities: tuple[str, ...]  # ids
    starts: tuple[str, ...]  # first days, in UTC: 2026-03-15, or 10-31 for every year
    days: int = 1
    bar: float = 1.5  # times the gate's threshold


class CalendarConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is expected to be talked about, and when."""

    tentpoles: tuple[Tentpole, ...] = ()
    days_before: int = 1  # the talk begins
    days_after: int = 2  # and goes on
    occasion_bar: float = 1.5  # times the threshold, when the story itself says birthday or finale


class StoriesConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an alert is of a story that is out already."""

    shared_evidence: float = 0.4  # common texts, as a share of the smaller set
    shared_texts: int = 2  # fewer in common are chance
    alike_words: float = 0.5  # cosine of what both say often; one text in common is needed, too


class DiscoveryConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a name that no catalogue has becomes an entity, and what becomes of it."""

    z: float = 1.8  # of the gating statistic, within 12 h
    min_types: int = 2  # source types within 12 h
    min_authors: int = 5  # distinct voices within 12 h, all types together
    trending_z: float = 2.8  # still reached an hour on: it trends
    outcome_hours: int = 24  # then a discovery that never trended was steady or failed
    dormant_days: int = 7  # without a text
    question_authors: int = 3  # voices that must wait before a person is asked whom a name means


class CoreConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that decides what comes out, given what goes in."""

    velocity: VelocityConfig = VelocityConfig()
    heat: HeatConfig = HeatConfig()
    evidence: EvidenceConfig = EvidenceConfig()
    episode: EpisodeConfig = EpisodeConfig()
    gates: GateConfig = GateConfig()
    stories: StoriesConfig = StoriesConfig()
    backcheck: BackcheckConfig = BackcheckConfig()
    calendar: CalendarConfig = CalendarConfig()
    discovery: DiscoveryConfig = DiscoveryConfig()

    @property
    def hash(self) -> str:
        """12 hex digits over every value, defaults included."""
        return blake2b(msgspec.json.encode(self, order="deterministic"), digest_size=6).hexdigest()


def configure(overrides: dict[str, Any], base: CoreConfig | None = None) -> CoreConfig:
    """The configuration with single settings changed: `{"gates.min_types": 1}`.

    Raises SettingsError naming a key that does not exist or a value that does not fit.
    """
    tree = msgspec.to_builtins(base or CoreConfig())
    for path, value in overrides.items():
        section, _, name = path.partition(".")
        if name not in tree.get(section, {}):
            raise SettingsError(f"no setting {path!r}; there are {', '.join(_paths(tree))}")
        tree[section][name] = value
    try:
        return msgspec.convert(tree, CoreConfig)
    except msgspec.ValidationError as refusal:
        raise SettingsError(f"{refusal}") from None


def _paths(tree: dict[str, dict[str, Any]]) -> list[str]:
    return [f"{section}.{name}" for section, names in tree.items() for name in names]
