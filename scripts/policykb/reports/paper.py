"""The paper that charts are drawn on: where a value and an amount lie, the marks of both axes, and their titles."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..doors.markup import Html, tag
from .phrases import Phrases

__all__ = ["HEIGHT", "WIDTH", "Scale", "axes", "picture", "room"]

WIDTH, HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 280, 92, 28, 34, 58
_WIDE, _NARROW, _GAP = 13.0, 7.8, 10.0
"""What signs of a label take of the paper, and what is left between labels."""
_APART = 17
"""So far apart stand two lines with a label each."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a value and an amount lie on the paper: values from `left` to `right`, amounts from `bottom` to `top`.

    `margin` is what the names of the levels take.
    """

    right: Decimal
    top: Decimal
    left: Decimal = Decimal(0)
    bottom: Decimal = Decimal(0)
    margin: float = _LEFT

    def x(self, value: Decimal) -> float:
        """How far from the left edge."""
        return self.margin + float((value - self.left) / (self.right - self.left)) * (WIDTH - self.margin - _RIGHT)

    def y(self, value: Decimal) -> float:
        """How far from the upper edge."""
        share = (value - self.bottom) / (self.top - self.bottom)
        return HEIGHT - _BOTTOM - float(share) * (HEIGHT - _TOP - _BOTTOM)

    def across(self, phrases: Phrases, marks: Iterable[Decimal], unit: str | None) -> list[Html]:
        """The marks of the axis at which something turns, named where there is room."""
        grid: list[Html] = []
        free = 0.0
        for mark in marks:
            x = self.x(mark)
            grid.append(tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=str(_TOP), y2=str(HEIGHT - _BOTTOM)))
            label = phrases.number(mark.normalize() + 0, unit)
            half = room(label) / 2
            middle = min(x, WIDTH - half)
            if middle - half >= free:
                grid.append(tag("text", label, x=f"{middle:.1f}", y=str(HEIGHT - _BOTTOM + 18), text_anchor="middle"))
                free = middle + half + _GAP
        return grid

    def levels(self, phrases: Phrases, tops: Iterable[Decimal], currency: str) -> list[Html]:
        """The levels that amounts reach, each named, as far as they stand apart."""
        grid: list[Html] = []
        drawn: list[float] = []
        for level in sorted({*tops, *([] if self.bottom else [Decimal(0)])}, reverse=True):
            y = self.y(level)
            if any(abs(y - other) < _APART for other in drawn):
                continue
            drawn.append(y)
            grid.append(tag("line", x1=f"{self.margin:.0f}", x2=str(WIDTH - _RIGHT), y1=f"{y:.1f}", y2=f"{y:.1f}"))
            label = phrases.number(level, currency)
            grid.append(tag("text", label, x=f"{self.margin - 6:.0f}", y=f"{y + 4:.1f}", text_anchor="end"))
        return grid


def room(label: str) -> float:
    """What a label takes of the paper."""
    return sum(_WIDE if unicodedata.east_asian_width(sign) in "WF" else _NARROW for sign in label)


def axes(bottom: str, left: str) -> list[Html]:
    """The titles of both axes."""
    return [
        tag("text", bottom, x=str(WIDTH - _RIGHT), y=str(HEIGHT - 10), text_anchor="end", class_="pkb-axis"),
        tag("text", left, x="0", y="16", class_="pkb-axis"),
    ]


def picture(title: str, shapes: Sequence[Html], height: int = HEIGHT) -> Html:
    """A drawing with its title."""
    inner = [tag("title", title), *shapes]
    return tag("svg", *inner, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=title, class_="pkb-chart")
