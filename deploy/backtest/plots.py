"""The plots of a report: an episode in time, leads, reliability, precision against threshold."""

from collections.abc import Sequence
from itertools import accumulate

from deploy.backtest.svg import Frame
from schemas.clock import DAY_MS, HOUR_MS, iso
from streams.kpis.chapter import Chapter
from streams.kpis.reliability import Bin

HIGHEST_HEAT = 2.5
LEAD_BINS = tuple(range(-48, 73, 6))  # hours


def timeline(chapter: Chapter) -> str:
    """Mentions by hour, heat over them, the alert and the trades."""
    most = max((count for _, count in chapter.hourly), default=1)
    title = f"{chapter.alert.entity_name}: mentions by hour, heat, alert and trades"
    frame = Frame(title, chapter.start, chapter.end, 0.0, float(most))
    frame.bars([(float(at), float(n)) for at, n in chapter.hourly], HOUR_MS, "mentions")
    scale = most / HIGHEST_HEAT
    heat = [(float(point.at), point.heat * scale) for point in chapter.points]
    frame.line(heat, "heat", stepped=True)
    score = max((p.detection_score for p in chapter.points), default=0.0) or 1.0
    frame.line([(float(p.at), max(p.detection_score, 0.0) / score * most)
                for p in chapter.points], "score", stepped=True)
    for item in chapter.trades[:8]:
        frame.upright(item.event_time, "", "trade")
    frame.upright(chapter.alert.known_time, "alert", "alert")
    days = range(-(-chapter.start // DAY_MS) * DAY_MS, chapter.end, DAY_MS)
    return frame.render([(day, iso(day)[5:10]) for day in days], [0, most])


def leads(hours: Sequence[float]) -> str:
    """How many alerts had the trade item so many hours behind (right) or before them (left)."""
    counts = [
        (float(low), float(sum(low <= h < low + 6 for h in hours))) for low in LEAD_BINS
    ]
    most = max((count for _, count in counts), default=0.0) or 1.0
    frame = Frame("Lead over the first trade item, hours", -48, 78, 0.0, most)
    frame.bars(counts, 6.0, "mentions")
    frame.upright(0.0, "trade", "trade")
    return frame.render([(h, f"{h:+d} h") for h in range(-48, 73, 24)], [0, most])


def reliability(bins: Sequence[Bin]) -> str:
    """Said against held; on the diagonal a figure means what it says."""
    frame = Frame("Confidence said against alerts that held", 0, 1, 0, 1, 320, 280)
    frame.line([(0, 0), (1, 1)], "grid")
    frame.dots([(one.said, one.held) for one in bins if one.n], "dot")
    return frame.render([(0, "0"), (0.5, "said"), (1, "1")], [0, 0.5, 1])


def precision(scored: Sequence[tuple[float, bool]]) -> str:
    """The share that held of the alerts at or above each score, the strictest at the left."""
    ranked = sorted(scored, key=lambda pair: -pair[0])
    held = list(accumulate(int(good) for _, good in ranked))
    points = [(float(n), total / n) for n, total in enumerate(held, start=1)]
    frame = Frame("Share that held, by number of alerts let through", 1,
                  max(len(points), 2), 0, 1, 320, 280)
    frame.line(points, "heat")
    last = max(len(points), 2)
    ends = [(1, "1"), ((1 + last) / 2, "alerts"), (last, f"{last}")]
    return frame.render(ends, [0, 0.5, 1])


def per_day(counts: dict[str, int]) -> str:
    """Trade items by day: how much the silence of the trades can prove."""
    most = max(counts.values(), default=1)
    days = sorted(counts)
    frame = Frame("Trade items a day", 0, max(len(days), 1), 0, most, height=130)
    frame.bars([(float(n), float(counts[day])) for n, day in enumerate(days)], 1.0, "mentions")
    marks = [(n + 0.5, day[5:]) for n, day in enumerate(days) if n % max(len(days) // 8, 1) == 0]
    return frame.render(marks, [0, most])
