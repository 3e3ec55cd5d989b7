"""Draw what a clause pays against the fact it depends on: steps and slopes with their cliffs, read from the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ..expression import Expression
from ..model import Clause, Criterion, Node, Option
from ..reports.phrases import Phrases
from .content import View
from .curves import curve, knees
from .markup import Html, table, tag

__all__ = ["clause_chart"]

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 640, 260, 84, 24, 16, 48


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the fact with the amount at its ends; `open_*` marks an end that does not belong to it."""

    low: Decimal
    high: Decimal | None
    at_low: Decimal
    at_high: Decimal | None
    worked: Expression | None
    knees: tuple[Decimal, ...]
    ceiling: bool
    open_low: bool
    open_high: bool
    label: str
    rule: str


def clause_chart(view: View, clause: Clause) -> Html:
    """The chart with its table; empty where the amount depends on no number."""
    fact = _axis(view, clause)
    if fact is None:
        return _bars(view, clause)
    pieces = [piece for option in clause.options for piece in _pieces(view, clause, option, fact)]
    pieces.sort(key=lambda piece: piece.low)
    return _drawing(view, clause, fact, pieces) if pieces else Html("")


def _axis(view: View, clause: Clause) -> str | None:
    """The numeric fact that the options are told apart by, else the base of the rate."""
    facts = view.content.kb.vocabulary.facts
    for option in clause.options:
        for leaf in option.condition.leaves() if option.condition else ():
            known = facts.get(leaf.path)
            if known is not None and known.datatype in ("decimal", "integer"):
                return leaf.path
    for option in clause.options:
        if option.expression is not None:
            return option.expression.facts()[0]
    return None


def _pieces(view: View, clause: Clause, option: Option, fact: str) -> list[_Piece]:
    low, high, open_low, open_high = Decimal(0), None, True, False
    bounds = [*_atoms(option.condition, fact), *_atoms(clause.root, fact)]
    for op, value in bounds:
        if op in ("ge", "gt") and value >= low:
            low, open_low = value, op == "gt"
        if op in ("le", "lt") and (high is None or value < high):
            high, open_high = value, op == "lt"
    worked = option.expression
    if worked is not None and len(worked.facts()) == 1:
        at_low, at_high = _value(worked, low), None if high is None else _value(worked, high)
    elif option.value is not None:
        at_low, at_high = option.value, option.value
    else:
        return []
    bends = (
        () if worked is None else tuple(knee for knee in knees(worked) if low < knee and (high is None or knee < high))
    )
    label, rule = view.get(option.label), view.phrases.option(option)
    ceiling = option.kind == "ceiling"
    return [_Piece(low, high, at_low, at_high, worked, bends, ceiling, open_low, open_high, label, rule)]


def _value(worked: Expression, place: Decimal) -> Decimal:
    """What an expression comes to where its one fact is so much."""
    return worked.ends(dict.fromkeys(worked.facts(), (place, place)))[0]


def _atoms(node: Node | None, fact: str) -> list[tuple[str, Decimal]]:
    """The bounds on a fact in the conjunctive part of a condition."""
    if node is None:
        return []
    if node.criterion is not None:
        return _bounds(node.criterion, fact)
    return [bound for child in node.children for bound in _atoms(child, fact)] if node.op == "and" else []


def _bounds(criterion: Criterion, fact: str) -> list[tuple[str, Decimal]]:
    return [
        (atom.op, Decimal(str(atom.values[0])))
        for atom in criterion.atoms
        if atom.path == fact and atom.values and atom.op in ("ge", "gt", "le", "lt")
    ]


def _drawing(view: View, clause: Clause, fact: str, pieces: list[_Piece]) -> Html:
    write, unit = view.phrases, view.content.kb.vocabulary.facts[fact].unit
    marks = sorted({p.low for p in pieces} | {p.high for p in pieces if p.high is not None} | _knees(pieces))
    right = (max(marks) * Decimal("1.25")) or Decimal(1)
    if len(marks) == 1 and marks[0] == 0 and pieces[0].worked:
        # Nothing but the rate: a round number on the axis shows its slope.
        right = Decimal(10) ** 6
        marks.append(right)
    top = max(value for p in pieces for value in (p.at_low, _end(p, right))) * Decimal("1.12")
    plot = _Plot(write, pieces, marks, right, top or Decimal(1))
    axis = tag(
        "text", write.fact(fact), x=str(_WIDTH - _RIGHT), y=str(_HEIGHT - 8), text_anchor="end", class_="pkb-axis"
    )
    title = view.say("chart-of", title=clause.title, fact=write.fact(fact))
    picture = tag(
        "svg",
        tag("title", title),
        tag("g", *plot.columns(unit), *plot.levels(clause.options[0].currency), class_="pkb-grid"),
        *(shape for piece in pieces for shape in plot.shapes(piece)),
        axis,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=title,
        class_="pkb-chart",
    )
    rows = [(p.label, _range(view, p, unit), p.rule) for p in pieces]
    head = [view.say("amount-option"), write.fact(fact), view.say("amount-rule")]
    return tag(
        "figure",
        tag("div", picture, class_="pkb-scroll", tabindex="0", role="region", aria_label=title),
        table(head, rows, caption=title),
        class_="pkb-figure",
    )


@dataclass(frozen=True, slots=True)
class _Plot:
    """The pieces in a frame that goes from nothing to `right` and from nothing to `top`."""

    write: Phrases
    pieces: list[_Piece]
    marks: list[Decimal]
    right: Decimal
    top: Decimal

    def x(self, value: Decimal) -> float:
        return _LEFT + float(value / self.right) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: Decimal) -> float:
        return _HEIGHT - _BOTTOM - float(value / self.top) * (_HEIGHT - _TOP - _BOTTOM)

    def shapes(self, p: _Piece) -> Iterator[Html]:
        """The line of a piece, its ends, and the area below it where it is no more than a ceiling."""
        end = p.high if p.high is not None else self.right
        points = [(p.low, p.at_low)]
        for knee, before in _before(p, self.right):
            after = _value(p.worked, knee) if p.worked is not None else before
            points += [(knee, before), (knee, after)] if before != after else [(knee, after)]
        points.append((end, _end(p, self.right)))
        path = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        if p.ceiling:
            ground = f"{self.y(Decimal(0)):.1f}"
            area = f"{self.x(p.low):.1f},{ground} {path} {self.x(end):.1f},{ground}"
            yield tag("polygon", points=area, class_="pkb-area")
        yield tag("polyline", points=path, class_="pkb-step")
        yield _dot(self.x(p.low), self.y(p.at_low), hollow=p.open_low)
        if p.high is not None and p.at_high is not None:
            yield _dot(self.x(p.high), self.y(p.at_high), hollow=p.open_high)

    def columns(self, unit: str | None) -> Iterator[Html]:
        """A line at each mark, and its number where there is room for it."""
        last = -1000.0
        for mark in self.marks:
            at = f"{self.x(mark):.1f}"
            yield tag("line", x1=at, x2=at, y1=str(_TOP), y2=str(_HEIGHT - _BOTTOM))
            shown = mark.quantize(Decimal("0.01"))
            label = self.write.number(mark if shown == mark else shown, unit)
            if self.x(mark) - last >= 62 or mark == 0:
                below = str(_HEIGHT - _BOTTOM + 18)
                yield tag("text", label if shown == mark else f"≈ {label}", x=at, y=below, text_anchor="middle")
                last = self.x(mark)

    def levels(self, currency: str) -> Iterator[Html]:
        """A line at each amount that a piece begins or ends with, where there is room for it."""
        pieces, found = self.pieces, list[float]()
        ends = {p.at_low for p in pieces} | {p.at_high for p in pieces if p.at_high is not None}
        ends |= {level for p in pieces if p.worked is not None and p.knees and (level := _value(p.worked, p.knees[-1]))}
        if self.right in self.marks:
            ends |= {_end(p, self.right) for p in pieces}
        for level in sorted(ends):
            height = self.y(level)
            if any(abs(height - other) < 15 for other in found):
                continue
            found.append(height)
            yield tag("line", x1=str(_LEFT), x2=str(_WIDTH - _RIGHT), y1=f"{height:.1f}", y2=f"{height:.1f}")
            amount = self.write.number(level, currency)
            yield tag("text", amount, x=str(_LEFT - 6), y=f"{height + 4:.1f}", text_anchor="end")


def _knees(pieces: list[_Piece]) -> set[Decimal]:
    """Where an amount changes its slope or jumps."""
    return {knee for p in pieces for knee in p.knees}


def _before(piece: _Piece, right: Decimal) -> list[tuple[Decimal, Decimal]]:
    """Each knee with the amount just before it."""
    if piece.worked is None:
        return []
    stretches = curve(piece.worked, right)
    found = []
    for knee in piece.knees:
        below = next(stretch for stretch in reversed(stretches) if stretch.start < knee)
        found.append((knee, below.at(knee)))
    return found


def _end(piece: _Piece, right: Decimal) -> Decimal:
    if piece.at_high is not None:
        return piece.at_high
    return piece.at_low if piece.worked is None else _value(piece.worked, right)


def _dot(x: float, y: float, *, hollow: bool) -> Html:
    return tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="4", class_="pkb-open" if hollow else "pkb-closed")


def _range(view: View, piece: _Piece, unit: str | None) -> str:
    write = view.phrases.number
    parts = [f"{'>' if piece.open_low else '≥'} {write(piece.low, unit)}"]
    if piece.high is not None:
        parts.append(f"{'<' if piece.open_high else '≤'} {write(piece.high, unit)}")
    return " ∧ ".join(parts)


def _bars(view: View, clause: Clause) -> Html:
    """Fixed sums told apart by something that is no number: one bar each."""
    sums = [(view.get(o.label), o.value if o.value is not None else o.floor, o.value is None) for o in clause.options]
    known = [(label, value, floor) for label, value, floor in sums if value is not None]
    if not known:
        return Html("")
    most = max(value for _, value, _ in known)
    shapes: list[Html] = []
    currency = clause.options[0].currency
    for row, (label, value, floor) in enumerate(known):
        top = 8 + row * 44
        width = float(value / most) * (_WIDTH - 200)
        amount = view.phrases.number(value, currency)
        amount = view.phrases.say("amount-floor", floor=amount) if floor else amount
        shapes.append(tag("text", label, x="0", y=str(top + 10)))
        shapes.append(tag("rect", x="0", y=str(top + 16), width=f"{width:.1f}", height="14", rx="2", class_="pkb-bar"))
        shapes.append(tag("text", amount, x=f"{width + 8:.1f}", y=str(top + 28)))
    title = view.say("amounts-of", title=clause.title)
    box = f"0 0 {_WIDTH} {len(known) * 44 + 12}"
    picture = tag("svg", tag("title", title), *shapes, viewBox=box, role="img", aria_label=title, class_="pkb-chart")
    frame = tag("div", picture, class_="pkb-scroll", tabindex="0", role="region", aria_label=title)
    return tag("figure", frame, class_="pkb-figure")
