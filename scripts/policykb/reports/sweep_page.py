"""A sweep as one page: for each currency a chart of the least and the most, and below it a table of the same values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ..answers.sweeps import Range, Step
from ..doors.markup import Html, tag
from ..engines.outcome import Ends
from .as_html import end, table, top
from .as_sweep import Axis, lead
from .paper import WIDTH, Scale, axes, picture, room
from .phrases import Phrases
from .told import Table

__all__ = ["sweep_page"]

# Where there is no room a chart scrolls, as a table does: drawn smaller, its text could not be read.
_STYLE = (
    f"svg {{ min-width: {WIDTH}px; }}"
    + """
svg { width: 100%; height: auto; color: #1f6f8b; } svg text { font-size: 12px; fill: CanvasText; }
.pkb-grid line { stroke: #8886; stroke-dasharray: 2 3; } .pkb-area { fill: currentColor; opacity: .15; }
.pkb-step { fill: none; stroke: currentColor; stroke-width: 2; } .pkb-closed { fill: currentColor; }
.pkb-leap { stroke: currentColor; stroke-dasharray: 2 2; } .pkb-cliff { stroke: #c62828; stroke-width: 2; }
.pkb-endless { stroke: currentColor; opacity: .35; }
"""
)
_ROOM = Decimal("1.12")
"""How much higher the paper is than what is drawn."""


@dataclass(frozen=True, slots=True)
class _Point:
    """What one value leads to in one currency: the least and the most; None where nothing is had, or nothing decided.

    `leaps` is whether the value before is so near that what lies between is a leap and no line; `falls` whether less
    is had than there.
    """

    value: Decimal
    ends: Ends | None
    leaps: bool
    falls: bool


def sweep_page(swept: Range, steps: Sequence[Step], phrases: Phrases) -> str:
    """The page, whole in itself.

    Args:
        swept: what is swept.
        steps: what each value leads to.
        phrases: the wordings.
    """
    axis = Axis.of(swept, phrases)
    title = phrases.say("sweep-title", label=axis.label)
    currencies = list(dict.fromkeys(name for step in steps for name in step.total or ()))
    charts = [_chart(name, list(_points(steps, name, axis)), axis, phrases) for name in currencies]
    before = tag("p", lead(swept, axis, phrases))
    told = tag("p", phrases.say("sweep-drawn"), class_="quiet")
    shown = [before, *charts, told] if charts else [before]
    rows = _table(swept, steps, currencies, axis, phrases)
    return top(title, phrases.lang, _STYLE) + "\n".join(shown) + table(rows) + "\n" + end()


def _points(steps: Sequence[Step], currency: str, axis: Axis) -> Iterator[_Point]:
    for before, step in zip([None, *steps], steps, strict=False):
        amount = (step.total or {}).get(currency)
        ends = None if amount is None else (amount.min, amount.max)
        leaps = before is not None and step.value - before.value == axis.finest
        yield _Point(step.value, ends, leaps, step.is_cliff(before))


def _table(swept: Range, steps: Sequence[Step], currencies: Sequence[str], axis: Axis, phrases: Phrases) -> Table:
    """Each value with what it leads to, as it is drawn."""
    counted = swept.is_rule
    names = [_titled(phrases.say(end), one, phrases) for one in currencies for end in ("sweep-least", "sweep-most")]
    names += [phrases.say(one) for one in ("sweep-certain", "sweep-possible")] if counted else []
    rows = []
    for before, step in zip([None, *steps], steps, strict=False):
        cells = [phrases.number(step.value.normalize() + 0, axis.unit)]
        for currency in currencies:
            amount = None if step.total is None else step.total.get(currency)
            nothing = "sweep-invalid" if step.total is None else "advice-nothing-yet"
            least = phrases.say(nothing) if amount is None else phrases.money(amount.min, currency)
            endless = phrases.say("papers-no-most")
            most = endless if amount is not None and amount.max is None else least
            cells += [least, most if amount is None or amount.max is None else phrases.money(amount.max, currency)]
        cells += [str(step.certain), str(step.possible)] if counted else []
        rows.append((*cells, phrases.say("sweep-less") if step.is_cliff(before) else ""))
    columns = (_titled(axis.label, axis.unit, phrases), *names, phrases.say("sweep-note"))
    return Table(columns, tuple(rows), tuple(range(len(columns) - 1)))


def _least(ends: Ends | None) -> Decimal:
    return Decimal(0) if ends is None else ends[0]


def _most(ends: Ends | None) -> Decimal:
    return Decimal(0) if ends is None else ends[0] if ends[1] is None else ends[1]


def _chart(currency: str, points: Sequence[_Point], axis: Axis, phrases: Phrases) -> Html:
    """The chart of one currency: lines where nothing leaps, both sides of every leap, and cliffs marked."""
    left, right = points[0].value, points[-1].value
    tops = {amount for point in points if point.ends for amount in (point.ends[0], _most(point.ends))}
    least, most = min(tops), max(tops)
    # What hardly moves is looked at from near; nothing is then left out below but what all have.
    near = (most - least) * _ROOM if 0 < most - least < least / 4 and all(point.ends for point in points) else most
    bottom, upper = (most - near, least + near) if near < most else (Decimal(0), most * _ROOM or Decimal(1))
    margin = max(room(phrases.number(level, currency)) for level in tops) + 12
    scale = Scale(right if right > left else left + 1, upper, left, bottom, max(margin, 60))
    marks = [p.value for n, p in enumerate(points) if p.leaps or n in (0, len(points) - 1)]
    few = [one.value for one in points] if len(points) <= len(marks) + 12 else marks
    grid = [*scale.across(phrases, few, axis.unit), *scale.levels(phrases, tops, currency)]
    shapes = [shape for before, point in pairwise(points) for shape in _between(scale, before, point)]
    shapes += [shape for point in points if point.ends for shape in _dot(scale, point, point.ends)]
    side = _titled(phrases.say("site-chart-amount"), currency, phrases)
    side = phrases.say("sweep-from-near", axis=side) if bottom else side
    title = phrases.say("sweep-title", label=axis.label)
    drawn = picture(
        title, [tag("g", *grid, class_="pkb-grid"), *shapes, *axes(_titled(axis.label, axis.unit, phrases), side)]
    )
    return tag("div", drawn, class_="scroll")


def _titled(label: str, unit: str | None, phrases: Phrases) -> str:
    known = phrases.vocabulary.units.get(unit or "")
    return label if known is None else phrases.say("site-chart-axis", of=label, unit=known.label.get(phrases.lang))


def _between(scale: Scale, before: _Point, point: _Point) -> Iterator[Html]:
    """From one value to the next: the leap between two that lie side by side, else lines and what lies between."""
    if point.leaps:
        kind, x = "pkb-leap pkb-cliff" if point.falls else "pkb-leap", f"{scale.x(point.value):.1f}"
        for was, now in dict.fromkeys(
            ((_least(before.ends), _least(point.ends)), (_most(before.ends), _most(point.ends)))
        ):
            if was != now:
                ends = {"y1": f"{scale.y(was):.1f}", "y2": f"{scale.y(now):.1f}"}
                yield tag("line", x1=x, x2=x, class_=kind, **ends)
        return
    if before.ends is None or point.ends is None:
        return
    low = [(one.value, ends[0]) for one, ends in ((before, before.ends), (point, point.ends))]
    high = [(one.value, _most(ends)) for one, ends in ((before, before.ends), (point, point.ends))]
    if low != high:
        yield tag("polygon", points=_path(scale, [*low, *reversed(high)]), class_="pkb-area")
        yield tag("polyline", points=_path(scale, high), class_="pkb-step")
    yield tag("polyline", points=_path(scale, low), class_="pkb-step")


def _path(scale: Scale, places: Sequence[tuple[Decimal, Decimal]]) -> str:
    return " ".join(f"{scale.x(value):.1f},{scale.y(amount):.1f}" for value, amount in places)


def _dot(scale: Scale, point: _Point, ends: Ends) -> Iterator[Html]:
    """The least and the most at a value; where there is no upper end, a line to the top of the paper."""
    x = f"{scale.x(point.value):.1f}"
    if ends[1] is None:
        up = {"y1": f"{scale.y(ends[0]):.1f}", "y2": f"{scale.y(scale.top):.1f}"}
        yield tag("line", x1=x, x2=x, class_="pkb-endless", data_x=f"{point.value:f}", **up)
    for amount in dict.fromkeys((ends[0], _most(ends))):
        data = {"data_x": f"{point.value:f}", "data_amount": f"{amount:f}"}
        yield tag("circle", cx=x, cy=f"{scale.y(amount):.1f}", r="3", class_="pkb-closed", **data)
