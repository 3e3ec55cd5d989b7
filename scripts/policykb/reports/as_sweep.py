"""A sweep in words, as CSV and as a chart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ..answers.plain import plain
from ..answers.sweeps import Range, Step, clause_of, criterion_of
from ..doors.outgoing import csv_cell
from ..extras import need
from ..model import Amount
from .chart import chart_form, drawing
from .phrases import Phrases

__all__ = ["Axis", "draw_sweep", "lead", "sweep_csv", "sweep_lines"]


@dataclass(frozen=True, slots=True)
class Axis:
    """What a swept number is called, its unit, and the least by which a fact moves that it is compared with."""

    label: str
    unit: str | None
    finest: Decimal | None

    @classmethod
    def of(cls, swept: Range, phrases: Phrases) -> Axis:
        """The axis of a fact, of a criterion's bound, or of a sum or rate of an option."""
        facts = phrases.vocabulary.facts
        if not swept.is_rule:
            return cls(phrases.fact(swept.target), facts[swept.target].unit, phrases.vocabulary.step(swept.target))
        name = clause_of(phrases.book, swept.target)
        criterion, finest = criterion_of(phrases, name, swept.target)
        if criterion is not None:
            unit = facts[criterion.path].unit if criterion.path in facts else None
            return cls(criterion.label.get(phrases.lang), unit, finest)
        group = phrases.book.group_named(swept.target.rpartition(".")[0]) if name is None else None
        of = name or (group.id if group is not None else None)
        title = swept.target if of is None else phrases.book.title(of).get(phrases.lang)
        members = (name,) if name is not None else group.members if group is not None else ()
        known = (phrases.book.clauses[one] for one in members if one in phrases.book.clauses)
        currency = next((option.currency for one in known for option in one.options), None)
        unit = None if swept.target.endswith(".rate") else currency
        return cls(phrases.say("pair", key=title, value=swept.target), unit, None)


def lead(swept: Range, axis: Axis, phrases: Phrases) -> str:
    """What the values stand for: the number by its label and by the name that it is asked for by."""
    name = "sweep-rule" if swept.is_rule else "sweep-fact"
    is_named = swept.target in axis.label
    about = axis.label if is_named else phrases.say("sweep-named", label=axis.label, target=swept.target)
    return phrases.say(name, target=about)


def sweep_lines(swept: Range, steps: Sequence[Step], phrases: Phrases) -> Iterator[str]:
    """Each value as a line: what it comes to, how many have it, and whether money is lost by reaching it."""
    axis = Axis.of(swept, phrases)
    yield lead(swept, axis, phrases)
    for before, step in zip([None, *steps], steps, strict=False):
        if step.total is None:
            text = phrases.say("sweep-invalid")
        else:
            text = " + ".join(map(phrases.amount, step.total.values())) or phrases.say("advice-nothing-yet")
        if step.certain is not None:
            text += phrases.say("sweep-subjects", certain=step.certain, possible=step.possible)
        if step.is_cliff(before) and not swept.is_rule:
            text += phrases.say("sweep-cliff")
        yield "  " + phrases.say("pair", key=phrases.number(step.value.normalize() + 0, axis.unit), value=text)


def sweep_csv(steps: Sequence[Step], swept: Range) -> str:
    """A row for each value and currency; a value without money has one row with no currency."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(["target", "value", "currency", "min", "max", "certain", "possible", "cliff", "valid"])
    for before, step in zip([None, *steps], steps, strict=False):
        counts = ["" if count is None else count for count in (step.certain, step.possible)]
        ends = [*counts, str(step.is_cliff(before)).lower(), str(step.total is not None).lower()]
        amounts: list[Amount | None] = [*(step.total or {}).values()] or [None]
        for amount in amounts:
            top = "" if amount is None or amount.max is None else amount.max
            money = ["", "", ""] if amount is None else [amount.currency, amount.min, top]
            writer.writerow([csv_cell(str(cell)) for cell in (swept.target, plain(step.value), *money, *ends)])
    return "\ufeff" + stream.getvalue()


def draw_sweep(swept: Range, steps: Sequence[Step], path: Path) -> bytes:
    """The totals along the values as a PNG or SVG file; between the least and the most it is shaded.

    Raises:
        CallError: another suffix, or matplotlib is not installed.
    """
    form = chart_form(path)
    need("charts")
    with drawing():
        from matplotlib.figure import Figure

        valid = [step for step in steps if step.total is not None]
        currencies = list(dict.fromkeys(name for step in valid for name in step.total or ())) or [""]
        figure = Figure(figsize=(9, 3.2 * len(currencies)), layout="constrained")
        axes = figure.subplots(len(currencies), 1, squeeze=False)
        values = [float(step.value) for step in valid]
        for row, currency in zip(axes, currencies, strict=True):
            amounts = [(step.total or {}).get(currency) for step in valid]
            low = [float(one.min) if one else 0.0 for one in amounts]
            high = [(float(one.max) if one.max is not None else float(one.min)) if one else 0.0 for one in amounts]
            row[0].step(values, low, where="post", color="#1f6f8b")
            row[0].fill_between(values, low, high, step="post", color="#1f6f8b", alpha=0.25)
            row[0].set(xlabel=swept.target, ylabel=currency)
            for axis in (row[0].xaxis, row[0].yaxis):
                axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
            row[0].spines[["top", "right"]].set_visible(False)
        stream = io.BytesIO()
        figure.savefig(stream, format=form, dpi=144, metadata={"Date": None} if form == "svg" else {"Software": None})
    return stream.getvalue()
