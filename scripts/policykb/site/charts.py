"""Draw what a clause pays: a line over the number it hangs on, or a bar for each rank, code or option.

Every place drawn is an answer of the engine, and the table beside has the same values. Where a picture would mislead,
nothing is drawn, and the reason is said.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from ..engines.outcome import Ends
from ..model import Clause
from ..reports.paper import WIDTH, Scale, axes, picture
from .content import View
from .markup import Html, table, tag
from .plotted import Place, Plot, Undrawn, plotted

__all__ = ["clause_chart"]

_BAR = 46


def clause_chart(view: View, clause: Clause) -> Html:
    """The chart with its table, or why there is none; empty where there is nothing to compare."""
    plot = plotted(view.content, clause)
    if plot is None or (isinstance(plot, Plot) and len(plot.places) < 2):
        return Html("")
    if isinstance(plot, Undrawn):
        facts = view.phrases.join(view.phrases.fact(fact) for fact in plot.facts)
        return tag("p", view.say(plot.reason, facts=facts), class_="pkb-undrawn")
    return _line(view, clause, plot) if plot.is_line else _bars(view, clause, plot)


def _most(amount: Ends | None) -> Decimal:
    return Decimal(0) if amount is None else amount[1] if amount[1] is not None else amount[0]


def _line(view: View, clause: Clause, plot: Plot) -> Html:
    assert plot.fact is not None
    unit, currency = plot.fact.unit, clause.options[0].currency
    tops = [_most(amount) for place in plot.places for amount in (place.before, place.at, place.behind)]
    scale = Scale(_number(plot.places[-1]), (max(tops) * Decimal("1.08")) or Decimal(1))
    shapes = [shape for low, high in pairwise(plot.places) for shape in _stretch(scale, low, high)]
    # Where the drawing ends nothing turns, so no dot is set there.
    shapes += [dot for place in plot.places[:-1] for dot in _dots(scale, place)]
    marks = map(_number, plot.places)
    grid = [*scale.across(view.phrases, marks, unit), *scale.levels(view.phrases, tops, currency)]
    fact = view.phrases.fact(plot.fact.id)
    title = view.say("chart-of", title=clause.title, fact=fact)
    bottom = view.say("chart-axis", of=fact, unit=_unit(view, unit))
    left = view.say("chart-axis", of=view.say("chart-amount"), unit=_unit(view, currency))
    drawn = picture(title, [tag("g", *grid, class_="pkb-grid"), *shapes, *axes(bottom, left)])
    rows = [row for row in _rows(view, plot, unit, currency)]
    return _figure(view, title, drawn, table([bottom, left], rows, caption=title), plot)


def _number(place: Place) -> Decimal:
    assert isinstance(place.x, Decimal)
    return place.x


def _stretch(scale: Scale, low: Place, high: Place) -> list[Html]:
    """Between two places: nothing, a line, or for what is paid at the most the area below it."""
    if low.behind is None or high.before is None:
        return []
    ends = [(_number(low), _most(low.behind)), (_number(high), _most(high.before))]
    path = " ".join(f"{scale.x(x):.1f},{scale.y(y):.1f}" for x, y in ends)
    shapes = [tag("polyline", points=path, class_="pkb-step")]
    if low.behind[0] != low.behind[1] or high.before[0] != high.before[1]:
        floor = scale.y(Decimal(0))
        area = f"{scale.x(ends[0][0]):.1f},{floor:.1f} {path} {scale.x(ends[1][0]):.1f},{floor:.1f}"
        shapes.insert(0, tag("polygon", points=area, class_="pkb-area"))
    return shapes


def _dots(scale: Scale, place: Place) -> list[Html]:
    """What is paid at the place itself, and hollow, what is paid just beside it and not there."""
    x = _number(place)
    beside = {_most(amount) for amount in (place.before, place.behind) if amount is not None}
    near = [] if place.at is None else [value for value in beside if _is_near(value, _most(place.at), scale)]
    hollow = sorted(beside - set(near))
    dots = [_dot(scale, x, value, "pkb-open") for value in hollow]
    if place.at is not None and (x or _most(place.at)):
        dots.append(_dot(scale, x, _most(place.at), "pkb-closed"))
    return dots


def _is_near(one: Decimal, other: Decimal, scale: Scale) -> bool:
    """Whether two amounts are one on the paper, as those a cent apart are."""
    return abs(scale.y(one) - scale.y(other)) < 1


def _dot(scale: Scale, x: Decimal, value: Decimal, kind: str) -> Html:
    place = {"cx": f"{scale.x(x):.1f}", "cy": f"{scale.y(value):.1f}"}
    return tag("circle", r="4", class_=kind, data_x=f"{x:f}", data_amount=f"{value:f}", **place)


def _rows(view: View, plot: Plot, unit: str | None, currency: str) -> list[tuple[str, str]]:
    """Each place and each stretch between with what is paid there."""
    rows: list[tuple[str, str]] = []
    for place, after in pairwise(plot.places):
        low, high = (view.phrases.number(_number(one).normalize() + 0, unit) for one in (place, after))
        ends = list(dict.fromkeys(_paid(view, amount, currency) for amount in (place.behind, after.before)))
        rows.append((low, _paid(view, place.at, currency)))
        if after is not plot.places[-1]:
            rows.append((view.say("chart-between", low=low, high=high), " → ".join(ends)))
        elif len(ends) == 1:
            rows.append((view.say("chart-above", low=low), ends[0]))
        else:
            rows.append((view.say("chart-to", low=low, high=high), view.say("chart-so-on", ends=" → ".join(ends))))
    return rows


def _paid(view: View, amount: Ends | None, currency: str) -> str:
    if amount is None:
        return view.say("chart-nothing")
    low, high = amount
    if high is None:
        return view.phrases.say("amount-floor", floor=view.phrases.number(low, currency))
    if low == high:
        return view.phrases.number(low, currency)
    up_to = {"high": view.phrases.number(high, currency)}
    return (
        view.phrases.say("range", low=view.phrases.number(low, currency), **up_to)
        if low
        else view.phrases.say("up-to", **up_to)
    )


def _bars(view: View, clause: Clause, plot: Plot) -> Html:
    """One bar for each rank, code or option, as long as what is paid."""
    currency = clause.options[0].currency
    most = max((_most(place.at) for place in plot.places), default=Decimal(0)) or Decimal(1)
    shapes: list[Html] = []
    rows: list[tuple[str, str]] = []
    for number, place in enumerate(plot.places):
        name, paid = _name(view, clause, plot, number), _paid(view, place.at, currency)
        top, width = 26 + number * _BAR, float(_most(place.at) / most) * (WIDTH - 230)
        shapes.append(tag("text", name, x="0", y=str(top + 12)))
        if place.at is not None:
            drawn = {"data_x": f"{place.x}", "data_amount": f"{_most(place.at):f}"}
            shapes.append(
                tag(
                    "rect", x="0", y=str(top + 18), width=f"{width:.1f}", height="14", rx="2", class_="pkb-bar", **drawn
                )
            )
        shapes.append(tag("text", paid, x=f"{(width if place.at else 0) + 8:.1f}", y=str(top + 30)))
        rows.append((name, paid))
    fact = view.phrases.fact(plot.fact.id) if plot.fact else view.say("amount-option")
    title = (
        view.say("chart-of", title=clause.title, fact=fact) if plot.fact else view.say("amounts-of", title=clause.title)
    )
    left = view.say("chart-axis", of=view.say("chart-amount"), unit=_unit(view, currency))
    shapes.append(tag("text", left, x="0", y="16", class_="pkb-axis"))
    whole = picture(title, shapes, 34 + len(plot.places) * _BAR)
    return _figure(view, title, whole, table([fact, left], rows, caption=title), plot)


def _name(view: View, clause: Clause, plot: Plot, number: int) -> str:
    if plot.labels:
        return view.get(plot.labels[number].label)
    place = plot.places[number]
    assert plot.fact is not None
    if isinstance(place.x, str):
        return view.get(view.content.kb.vocabulary.codes.get(place.x)) or place.x
    text = view.phrases.number(Decimal(str(place.x)), plot.fact.unit)
    return view.say("chart-and-on", value=text) if number == len(plot.places) - 1 and place.at is None else text


def _unit(view: View, unit: str | None) -> str:
    known = view.content.kb.vocabulary.units.get(unit or "")
    return view.get(known.label) if known else ""


def _figure(view: View, title: str, drawn: Html, beside: Html, plot: Plot) -> Html:
    """The picture with its table; what else it takes for granted is said."""
    told = [view.say("chart-others")]
    if plot.fact is not None and len(plot.stated) > 1:
        derived = view.content.kb.book.derived[plot.fact.id]
        if derived.expression.op == "first":
            told.append(view.say("chart-together", facts=view.phrases.join(view.phrases.fact(f) for f in plot.stated)))
    return tag(
        "figure",
        tag(
            "div",
            drawn,
            class_="pkb-scroll",
            tabindex="0",
            role="region",
            aria_label=view.say("chart-picture", of=title),
        ),
        tag("p", view.say("chart-scroll"), class_="pkb-hint pkb-scroll-hint"),
        tag("p", " ".join(told), class_="pkb-hint"),
        beside,
        class_="pkb-figure",
    )
