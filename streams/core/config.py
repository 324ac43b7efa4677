"""The settings of the computation: every weight, window and gate, and their hash."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Annotated, Any, Literal

import msgspec

from schemas.clock import POLL_TICKS
from schemas.errors import SettingsError
from schemas.sources import COUNTED_TYPES

MOST = 1_000_000  # of anything: no setting means more, and infinity is none
Days = Annotated[int, msgspec.Meta(ge=1, le=366)]
Some = Annotated[int, msgspec.Meta(ge=1, le=MOST)]
Number = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=MOST)]
Positive = Annotated[float, msgspec.Meta(gt=0, le=MOST)]  # it divides
Bits = Annotated[int, msgspec.Meta(ge=-1, le=64)]  # -1: none is near
Voices = dict[str, Number]
POLLS_PER_HOUR = 60 // POLL_TICKS


def _require_types(setting: str, named: Iterable[str]) -> None:
    """Raises ValueError naming what is no type of evidence: it would change the hash alone."""
    if unknown := sorted(set(named) - set(COUNTED_TYPES)):
        raise ValueError(f"{setting} names {', '.join(unknown)}; the types of evidence are"
                         f" {', '.join(COUNTED_TYPES)}")


class VelocityConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Windows and baselines. Lengths are in the unit of the name."""

    clock: Literal["event", "known", "mixed"] = "mixed"  # whose bucket a mention counts in
    prompt_types: tuple[str, ...] = ("social", "reference")  # mixed: by event time; others by known
    old_news_hours: Number = 48  # mixed: what is known later than this counts when it happened
    baseline_days: Annotated[int, msgspec.Meta(ge=2, le=366)] = 14
    literal_days: Days = 7  # no more than those of the baseline: the rest is forgotten
    fast_weight: Amount = 0.6  # of the half hour's z to the power 3/4
    slow_weight: Amount = 0.6
    peak_share: Share = 0.3  # what is expected leans so far from the mean to a usual day's peak
    floor_mentions: Number = 4  # fewer in 12 h are no rise, whatever z says
    warmup_hours: Number = 24  # observation before a baseline speaks for itself
    prior_mean: Amount = 2.0  # mentions per 12 h and type, until then
    prior_variance: Amount = 6.0
    type_weights: dict[str, Positive] = {}  # 1.0 unless named

    def __post_init__(self) -> None:
        if self.literal_days > self.baseline_days:
            raise ValueError(f"literal_days {self.literal_days} is more than baseline_days"
                             f" {self.baseline_days}, and what is older is forgotten")
        if not (self.fast_weight or self.slow_weight):
            raise ValueError("fast_weight and slow_weight are both 0: nothing would ever score")
        _require_types("prompt_types", self.prompt_types)
        _require_types("type_weights", self.type_weights)


class HeatConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """HEAT = velocity x min(z, cap) + spread x types / full_spread + affect, then freshness."""

    velocity: Positive = 0.5
    spread: Amount = 0.3
    affect: Amount = 0.2
    cap: Positive = 4.0
    full_spread: Some = 3
    fade_hours: Positive = 24.0


class EvidenceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What counts as independent."""

    duplicate_hours: Number = 24  # a near-duplicate text counts once in so many hours
    near_bits: Bits = 7  # fingerprints of people's posts that differ in no more are one text
    near_bits_press: Bits = 4  # headlines of two papers on one event are alike by nature
    author_per_day: Some = 4  # counted mentions of one author or owner in 24 h
    channel_per_hour: Some = 30  # counted mentions in one channel
    spam_limit: Amount = 0.8
    spam_models: dict[str, str] = {}  # source -> version of its model; the rules alone unless named
    count_passing: bool = False


class EpisodeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an episode begins and ends, on the scale of the gating statistic."""

    onset: Amount = 1.0
    gap_hours: Some = 24  # longer than the longest silence of a source


class GateConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must hold before anybody is told."""

    gate: Literal["detection", "literal"] = "detection"
    detection: Amount = 2.45
    quiet: Amount = 2.0  # of a name without any history; between the two with m / (m + 5)
    literal: Amount = 2.5
    min_types: Some = 2
    min_polls: Some = 2
    persistence_hours: Some = 12  # polls further apart prove nothing together
    min_authors: Number = 5  # of one type, or
    # of this one when another type is there, or
    min_authors_beside: Voices = msgspec.field(default_factory=lambda: {"news": 3})
    min_authors_each: Number = 2  # of each of two types, unless named below
    min_authors_of: Voices = msgspec.field(default_factory=lambda: {"social": 3})
    min_story_items: Number = 4  # texts of one story, or
    min_cohesion: Share = 0.6  # that share of the texts that tell anything
    silent_types: tuple[str, ...] = ("company", "network", "place", "platform", "publisher")
    silent_entities: tuple[str, ...] = ()  # ids that are measured and never alert
    debounce_hours: Number = 6
    echo_hours: Number = 24  # suppressed when trades have had it longer and heat is past its peak
    update_rise: Amount = 0.25  # of raw heat over the last step told
    habit: Amount = 0.3  # how much an alert raises the bar for the next
    habit_growth: Amount = 0.6  # and how much more for each that the bar is raised already
    habit_half_life_days: Positive = 10.0
    presumed_habit: Amount = 0.4  # of a busy name when observation begins

    def __post_init__(self) -> None:
        if self.min_types > len(COUNTED_TYPES):
            raise ValueError(f"min_types {self.min_types} is more than the {len(COUNTED_TYPES)}"
                             " types of evidence: nothing would ever alert")
        if self.min_polls > self.persistence_hours * POLLS_PER_HOUR:
            raise ValueError(f"min_polls {self.min_polls} is more than there are in"
                             f" {self.persistence_hours} persistence_hours: nothing would alert")
        _require_types("min_authors_beside", self.min_authors_beside)
        _require_types("min_authors_of", self.min_authors_of)


class BackcheckConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an alert that went out is looked at again, and what takes it back."""

    hours: Number = 6  # in which the sources of its evidence were there
    wait_hours: Number = 24  # for them, at the most
    within_hours: Number = 3  # before it, some poll must have reached
    onset: Amount = 1.0  # of the gating statistic: then the spike persisted


class Tentpole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scheduled event, and the entities of which more is heard because of it."""

    name: str
    entities: tuple[str, ...]  # ids
    starts: tuple[str, ...]  # first days, in UTC: 2026-03-15, or 10-31 for every year
    days: Days = 1
    bar: Amount = 1.5  # times the gate's threshold


class CalendarConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is expected to be talked about, and when."""

    tentpoles: tuple[Tentpole, ...] = ()
    days_before: Number = 1  # the talk begins
    days_after: Number = 2  # and goes on
    occasion_bar: Amount = 1.5  # times the threshold, when the story itself says birthday or finale


class StoriesConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When an alert is of a story that is out already."""

    shared_evidence: Amount = 0.4  # common texts, as a share of the smaller set
    shared_texts: Number = 2  # fewer in common are chance
    alike_words: Amount = 0.5  # cosine of what both say often; one text in common is needed, too


class DiscoveryConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a name that no catalogue has becomes an entity, and what becomes of it."""

    z: Amount = 1.8  # of the gating statistic, within 12 h
    min_types: Some = 2  # source types within 12 h
    min_authors: Number = 5  # distinct voices within 12 h, all types together
    trending_z: Amount = 2.8  # still reached an hour on: it trends
    outcome_hours: Some = 24  # then a discovery that never trended was steady or failed
    dormant_days: Days = 7  # without a text
    question_authors: Number = 3  # voices that must wait before a person is asked whom a name means


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


def differing(config: CoreConfig, base: CoreConfig) -> dict[str, Any]:
    """The settings that are not those of `base`, as overrides name them."""
    ours, theirs = msgspec.to_builtins(config), msgspec.to_builtins(base)
    return {
        f"{section}.{name}": value for section, names in ours.items()
        for name, value in names.items() if value != theirs[section][name]
    }


def _paths(tree: dict[str, dict[str, Any]]) -> list[str]:
    return [f"{section}.{name}" for section, names in tree.items() for name in names]
