"""TikTok Creative Center: what actors of Apify read from it, a few times a day and at a price.

Its shortest window is seven days, so that it is a slow signal: twice a day is enough. Since it was
rebuilt in June 2026 many actors fail or find hashtags only; which actors run is a setting, and
while none answers the last good answer is kept for days (`stale_for`). The token travels in a
header. A run is capped by what it may charge, and a month by its ceiling.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlencode

import httpx
from pydantic import Field, StringConstraints

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.facts import Ceiling, Cost, Credential, Facts, Pace
from producers.base.options import SourceOptions
from producers.base.recovery import Recovery
from producers.base.source import Ask, PolledSource
from producers.documents import documents
from producers.tiktok.mentions import mention_of
from producers.tiktok.refusals import is_of_a_run, refusal_of
from producers.tiktok.rows import dataset_of
from schemas.clock import Millis
from schemas.errors import HeatError
from schemas.records import RawMention
from schemas.settings import Section

BASE: Final = "https://api.apify.com/v2/acts"
RUN_S: Final = 150  # an actor that is not done by then is stopped
WITHIN_S: Final = 170.0
A_MONTH_USD: Final = 25.0
Actor = Annotated[str, StringConstraints(pattern=r"^[\w.-]+[~/][\w.-]+$")]


class ActorRun(Section):
    """One actor, what it is told, and what a run of it may cost."""

    actor: Actor = Field(description="user~name, as Apify's store has it")
    input: dict[str, Any] = Field(default_factory=dict, description="as the actor's page says")
    most_rows: int = Field(100, ge=1, le=5000, description="rows that may be charged")
    most_usd: float = Field(0.40, gt=0, description="a run is stopped when it would charge more")
    usd_per_run: float = Field(0.005, ge=0, description="what a start costs")
    usd_per_row: float = Field(0.003, ge=0, description="what a row costs")

    @property
    def dearest(self) -> float:
        """What a run costs at the most."""
        return round(min(self.most_usd, self.usd_per_run + self.most_rows * self.usd_per_row), 6)


TRENDS: Final = ActorRun(
    actor="clockworks~tiktok-trends-scraper",
    input={
        "adsCountryCode": "US", "adsTimeRange": "7", "adsRankType": "popular",
        "adsScrapeHashtags": True, "adsScrapeSounds": True, "adsSoundsCountryCode": "US",
        "adsScrapeCreators": True, "adsCreatorsCountryCode": "US",
        "adsSortCreatorsBy": "follower", "adsScrapeVideos": False, "resultsPerPage": 33,
    },
)  # fmt: skip


class TikTokOptions(SourceOptions):
    """Which actors run."""

    runs: tuple[ActorRun, ...] = Field((TRENDS,), min_length=1, description="actors of Apify")


class TikTokSource(PolledSource):
    """One run of each actor at every poll."""

    facts = Facts(
        name="tiktok",
        about="TikTok Creative Center through Apify: hashtags, songs, creators",
        poll_every=timedelta(hours=12),
        cache_ttl=timedelta(hours=12),
        stale_for=timedelta(days=3),
        pace=Pace(10, timedelta(hours=1), burst=3),
        ceilings=(Ceiling("usd", A_MONTH_USD, "month"),),
        credentials=(Credential("apify", "https://console.apify.com/settings/integrations"),),
        usual=(20, 1000),
        terms="Public rankings only, read by actors of Apify under its terms; no login, no videos.",
    )
    Options = TikTokOptions
    options: TikTokOptions
    # A run has its price even when its answer is lost: it is not asked for twice in a poll.
    recovery: ClassVar[dict[int, Recovery]] = {
        408: "skip", 500: "skip", 502: "skip", 503: "skip", 504: "skip",
    }  # fmt: skip

    def asks(self, moment: Millis) -> Iterator[Ask]:
        for number, run in enumerate(self.options.runs):
            actor = run.actor.replace("/", "~")
            limits = urlencode({
                "maxItems": run.most_rows, "maxTotalChargeUsd": run.most_usd, "timeout": RUN_S,
                "format": "json",
            })  # fmt: skip
            request = httpx.Request(
                "POST",
                f"{BASE}/{actor}/run-sync-get-dataset-items?{limits}",
                headers=self._who(),
                json=run.input,
            )
            cost = {"requests": 1.0, "usd": run.dearest}
            yield Ask(request, label=f"{number}/{actor}", cost=cost, within_s=WITHIN_S)

    def _who(self) -> dict[str, str]:
        token = self.keys.apify
        return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}

    def spent(self, body: Body) -> Cost | None:
        """By the rows that came back, at the dearest of our prices; what never ran costs nothing.

        What cannot be read, or ran and failed, may have been charged: it costs what was asked.
        """
        refused = refusal_of(body)
        if refused is not None:
            return None if is_of_a_run(refused) else {"usd": 0.0}
        try:
            rows = documents(body.content)[0]
        except UnreadableBodyError:
            return None
        count = len(rows) if isinstance(rows, list) else 1
        usd = max(run.usd_per_run + count * run.usd_per_row for run in self.options.runs)
        return {"usd": round(min(usd, max(run.dearest for run in self.options.runs)), 6)}

    def refusal(self, body: Body) -> HeatError | None:
        return refusal_of(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        found = documents(body.content)
        told: set[str] = set()
        for kind, row in dataset_of(found[0] if len(found) == 1 else found).rows:
            mention = mention_of(kind, row, body.fetched_at)
            if mention is not None and mention.id not in told:
                told.add(mention.id)
                yield mention
