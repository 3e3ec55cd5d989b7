"""A chart of a comparison: the clauses whose totals differ, before and after; the same bytes each time."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..answers.comparison import Comparison, Sum
from ..errors import CallError
from ..extras import need
from ..law.receipt import Receipt
from ..model import Amount

__all__ = ["chart_form", "draw", "drawing"]

_SUFFIXES = (".png", ".svg")
_COLOURS = ("#9aa5b1", "#1f6f8b")


def chart_form(path: Path, *others: str) -> str:
    """The format that the name of a chart asks for: png or svg, or one of some others.

    Raises:
        CallError: another suffix.
    """
    known = (*_SUFFIXES, *others)
    if path.suffix.lower() not in known:
        raise CallError("chart-format", file=path.name, known=known)
    return path.suffix.lower().removeprefix(".")


def draw(comparison: Comparison, path: Path, plain: str) -> bytes:
    """The chart as the bytes of a PNG or SVG file; a bar ends at the least sum, and a thin line runs to the most.

    Args:
        comparison: how two answers differ.
        path: where it will be written; the suffix chooses the format.
        plain: what an answer without overlays is called.

    Raises:
        CallError: another suffix, matplotlib is not installed, or there is nothing to draw.
    """
    form = chart_form(path)
    if not comparison.totals:
        raise CallError("nothing-to-draw")
    need("charts")
    with drawing():
        from matplotlib.figure import Figure

        drawn = [entry for entry in comparison.totals if entry.before != entry.after] or comparison.totals
        currencies = sorted({entry.currency for entry in drawn})
        rows = [[entry for entry in drawn if entry.currency == currency] for currency in currencies]
        heights = [len(entries) + 1 for entries in rows]
        figure = Figure(figsize=(9, 0.45 * sum(heights) + 1.2), layout="constrained")
        axes = figure.subplots(len(currencies), 1, squeeze=False, gridspec_kw={"height_ratios": heights})
        for number, (currency, entries) in enumerate(zip(currencies, rows, strict=True)):
            _bars(axes[number][0], currency, entries)
        figure.legend(
            handles=axes[0][0].containers[:2],
            labels=[_name(comparison.before, plain), _name(comparison.after, plain)],
            loc="outside upper left",
            ncols=2,
            frameon=False,
        )
        stream = io.BytesIO()
        figure.savefig(stream, format=form, dpi=144, metadata={"Date": None} if form == "svg" else {"Software": None})
    return stream.getvalue()


@contextmanager
def drawing() -> Iterator[None]:
    """As long as something is drawn: the same everywhere, whatever the surroundings name to show pictures with."""
    named = os.environ.pop("MPLBACKEND", None)  # one that does not exist would keep the library from being loaded
    try:
        import matplotlib
    finally:
        if named is not None:
            os.environ["MPLBACKEND"] = named
    with matplotlib.rc_context({"svg.hashsalt": "policykb", "svg.fonttype": "path", "font.family": "DejaVu Sans"}):
        yield


def _bars(axis, currency: str, entries: list[Sum]) -> None:  # type: ignore[no-untyped-def]
    for side, offset in enumerate((0.2, -0.2)):
        intervals: list[Amount] = [(entry.before, entry.after)[side] for entry in entries]
        places = [len(entries) - 1 - n + offset for n in range(len(entries))]
        axis.barh(places, [float(i.min) for i in intervals], height=0.38, color=_COLOURS[side])
        for place, interval in zip(places, intervals, strict=True):
            if interval.max is not None and interval.max > interval.min:
                axis.plot(
                    [float(interval.min), float(interval.max)], [place, place], color=_COLOURS[side], linewidth=1.5
                )
            elif interval.max is None:
                axis.annotate("→", (float(interval.min), place), color=_COLOURS[side], va="center")
    axis.set_yticks([len(entries) - 1 - n for n in range(len(entries))], [entry.name for entry in entries])
    axis.set_xlabel(currency)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axis.spines[["top", "right"]].set_visible(False)


def _name(receipt: Receipt, plain: str) -> str:
    return " + ".join(receipt.overlays) or plain
