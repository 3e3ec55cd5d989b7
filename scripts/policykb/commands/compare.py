"""换一种读法、修订或假设，谁多得谁少得 / Who gains and loses under a reading, amendment or scenario."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..doors.writing import write_bytes
from ..errors import CallError
from .common import (
    AsOf,
    EngineName,
    Files,
    Force,
    Language,
    Policy,
    Root,
    Type,
    With,
    day,
    language,
    overlays,
    refuse_target,
    tell_undecided,
    terminal_width,
)

if TYPE_CHECKING:
    from ..api import Policykb

__all__ = ["command"]

FORMATS = ("table", "csv", "json")


_Against = Annotated[
    list[str] | None,
    typer.Option(
        "--against",
        metavar="OVERLAY",
        help="比较的基准，可重复；不写则为默认读法 / what to compare with, repeatable; by default the default readings",
    ),
]


def command(
    files: Files,
    with_: With = None,
    against: _Against = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="CLAUSE.CRITERION=VALUE",
            help="假设某个数改为另一值，可重复 / suppose another number; repeatable",
        ),
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json", help="输出格式 / output format")] = "table",
    chart: Annotated[
        Path | None, typer.Option("--chart", metavar="FILE", help="画成图，PNG 或 SVG / draw a chart, PNG or SVG")
    ] = None,
    force: Force = False,
    every: Annotated[bool, typer.Option("--all", help="也列出不变的合计 / list unchanged totals as well")] = False,
    type: Type = None,
    root: Root = None,
    policy: Policy = None,
    as_of: AsOf = None,
    engine: EngineName = None,
    lang: Language = None,
) -> None:
    """Decide the same records twice and show what differs."""
    if form not in FORMATS:
        raise CallError("unknown-format", format=form, known=FORMATS)
    if not with_ and not setting:
        raise CallError("nothing-to-compare")
    if chart is not None:
        from ..extras import need
        from ..reports.chart import chart_form

        need("charts")
        chart_form(chart)
        refuse_target(chart, [*files, *overlays(with_), *overlays(against)], root, force)
    tongue, on = language(lang), day(as_of)
    before, after = _sides(root, policy, against, with_, setting, on, engine)
    comparison = before.compare(before.read(files, type=type), after, as_of=on)
    left = (comparison.undecided, comparison.loose)
    tell_undecided(left, after.wording, tongue, files, machine=form != "table")
    from ..doors.terminal import Terminal
    from ..reports.as_comparison import print_comparison, to_csv, to_json
    from ..reports.phrases import Phrases
    from ..shelf import told_book

    if chart is not None:
        from ..reports.chart import draw

        write_bytes(chart, draw(comparison, chart, after.wording.say("as-read", "en")))
    if form == "table":
        phrases = Phrases(told_book(after), after.vocabulary, after.wording, tongue)
        print_comparison(Terminal(highlight=False, width=terminal_width()), comparison, phrases, every=every)
    else:
        sys.stdout.write(to_json(comparison) if form == "json" else to_csv(comparison))


def _sides(
    root: Path | None,
    policy: str | None,
    against: list[str] | None,
    with_: list[str] | None,
    setting: list[str] | None,
    on: date | None,
    engine: str | None,
) -> tuple[Policykb, Policykb]:
    """The knowledge base as it is compared with, and as it is supposed to be."""
    from ..answers.scenarios import scenarios
    from ..law.overlays import Source
    from ..shelf import each, load_documents, shown

    before = load_documents(root, policy, overlays(against), engine=engine)
    sources: tuple[Source, ...] = overlays(with_)
    if setting:
        supposed = shown(load_documents(root, policy, sources), on)[0]
        sources = (*sources, *scenarios(supposed.knowledge, setting))
    after = load_documents(root, policy, sources, engine=engine)
    # What lies in the folder of the document amends both sides.
    there = {one.name: one for kb in each(before) for one in kb.knowledge.amendments}
    names = [Path(source).name for source in overlays(with_)]
    if sources and len(names) == len(sources) and all(name in there for name in names):
        raise CallError("compare-amendment-there", amendment=names[0], start=there[names[0]].valid_from)
    return before, after
