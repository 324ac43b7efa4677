"""Small plots as SVG: no script, no font, no address; readable without colours.

A plot is a `Frame` (pixels and the span of both axes) with marks drawn into it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM = 46, 12, 14, 26
Point = tuple[float, float]


@dataclass
class Frame:
    """A plot of `width` by `height` pixels over [x0, x1] and [y0, y1]."""

    title: str
    x0: float
    x1: float
    y0: float
    y1: float
    width: int = 640
    height: int = 180
    marks: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        room = self.width - MARGIN_LEFT - MARGIN_RIGHT
        return round(MARGIN_LEFT + room * (value - self.x0) / ((self.x1 - self.x0) or 1), 1)

    def y(self, value: float) -> float:
        room = self.height - MARGIN_TOP - MARGIN_BOTTOM
        value = min(max(value, self.y0), self.y1)
        share = (value - self.y0) / ((self.y1 - self.y0) or 1)
        return round(self.height - MARGIN_BOTTOM - room * share, 1)

    def bars(self, points: Sequence[Point], size: float, kind: str) -> None:
        """Bars from the floor; `size` is their width in units of x."""
        floor = self.y(max(self.y0, 0.0))
        for x, y in points:
            left, right, top = self.x(x), self.x(x + size), self.y(y)
            self.marks.append(
                f'<rect class="{kind}" x="{left}" y="{top}" '
                f'width="{max(right - left - 0.5, 1):.1f}" height="{max(floor - top, 0):.1f}"/>'
            )

    def line(self, points: Sequence[Point], kind: str, stepped: bool = False) -> None:
        path: list[str] = []
        for n, (x, y) in enumerate(points):
            if stepped and n:
                path.append(f"H{self.x(x)}")
            path.append(f"{'L' if n else 'M'}{self.x(x)},{self.y(y)}")
        if path:
            self.marks.append(f'<path class="{kind}" d="{" ".join(path)}"/>')

    def dots(self, points: Sequence[Point], kind: str) -> None:
        self.marks += [
            f'<circle class="{kind}" cx="{self.x(x)}" cy="{self.y(y)}" r="3.5"/>'
            for x, y in points
        ]

    def upright(self, x: float, words: str, kind: str) -> None:
        """A marked moment."""
        at = self.x(x)
        anchor = "end" if at > self.width * 0.8 else "start"
        self.marks.append(
            f'<line class="{kind}" x1="{at}" x2="{at}" y1="{MARGIN_TOP}" '
            f'y2="{self.height - MARGIN_BOTTOM}"/>'
            f'<text class="{kind}" x="{at}" y="{MARGIN_TOP - 3}" text-anchor="{anchor}">'
            f"{escape(words)}</text>"
        )

    def render(self, x_marks: Sequence[tuple[float, str]], y_marks: Sequence[float]) -> str:
        """The SVG with its axes, named for readers of screens."""
        floor = self.height - MARGIN_BOTTOM
        axes = [f'<line class="axis" x1="{MARGIN_LEFT}" x2="{self.width - MARGIN_RIGHT}" '
                f'y1="{floor}" y2="{floor}"/>']
        axes += [
            f'<text x="{self.x(x)}" y="{floor + 16}" text-anchor="middle">{escape(words)}</text>'
            for x, words in x_marks
        ]
        axes += [
            f'<line class="grid" x1="{MARGIN_LEFT}" x2="{self.width - MARGIN_RIGHT}" '
            f'y1="{self.y(y)}" y2="{self.y(y)}"/>'
            f'<text x="{MARGIN_LEFT - 6}" y="{self.y(y) + 4}" text-anchor="end">{y:g}</text>'
            for y in y_marks
        ]
        return (
            f'<svg role="img" aria-label="{escape(self.title)}" '
            f'viewBox="0 0 {self.width} {self.height}">'
            f"<title>{escape(self.title)}</title>{''.join(axes)}{''.join(self.marks)}</svg>"
        )
