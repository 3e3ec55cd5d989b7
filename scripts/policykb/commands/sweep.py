"""沿一个数看：标准改变时预算和得益主体怎样变，或某项数据改变时一条记录合计多少 / Money along one number."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..doors.writing import write_bytes
from ..errors import CallError
from .common import (
    AsOf,
    EngineName,
    Force,
    Language,
    OneRecord,
    Policy,
    Root,
    Type,
    With,
    day,
    language,
    overlays,
    refuse_target,
    tell_undecided,
)

if TYPE_CHECKING:
    from ..answers.sweeps import Range, Step
    from ..api import Policykb
    from ..arguments import Records
    from ..law.overlays import Source
    from ..reports.phrases import Phrases

__all__ = ["command"]

FORMATS = ("table", "csv")
PAGE = ".html"
"""A chart with its table that needs nothing but a browser."""


def command(
    swept: Annotated[
        str,
        typer.Argument(
            metavar="CLAUSE.CRITERION|FACT=LOW..HIGH:STEP",
            help="哪个数，从多少到多少，每次加多少 / which number, from where to where, by which step",
        ),
    ],
    data: Annotated[list[Path], typer.Option("--data", metavar="FILE", help="记录文件，可重复 / records; repeatable")],
    form: Annotated[
        str, typer.Option("--format", metavar="|".join(FORMATS), help="输出格式 / output format")
    ] = "table",
    chart: Annotated[
        Path | None,
        typer.Option("--chart", metavar="FILE", help="画成图：HTML、PNG 或 SVG / draw a chart: HTML, PNG or SVG"),
    ] = None,
    force: Force = False,
    record: OneRecord = None,
    type: Type = None,
    root: Root = None,
    policy: Policy = None,
    with_: With = None,
    as_of: AsOf = None,
    engine: EngineName = None,
    lang: Language = None,
) -> None:
    """Decide records again with each value of one number."""
    from ..answers.comparison import refuse_unknown_record, undecided
    from ..answers.sweeps import along_fact, one_record, read_range
    from ..reports.phrases import Phrases
    from ..shelf import each, load_documents, shown

    if form not in FORMATS:
        raise CallError("unknown-format", format=form, known=FORMATS)
    along, tongue, on, sources = read_range(swept), language(lang), day(as_of), overlays(with_)
    if chart is not None:
        from ..extras import need
        from ..reports.chart import chart_form

        if chart_form(chart, PAGE) != PAGE.removeprefix("."):
            need("charts")
        refuse_target(chart, [*data, *sources], root, force)
    kb = load_documents(root, policy, sources, engine=engine)
    reading = kb.read(data, type=type)
    answer = kb.apply(reading, as_of=on)
    tell_undecided(undecided(answer), kb.wording, tongue, data, machine=form != "table")
    if record is not None:
        refuse_unknown_record(answer, record)
    only = [one for one in answer.records if record in (None, one.id)]
    if along.is_rule:
        steps = list(_along_rule(along, kb, policy, only if record else reading, sources, on))
    else:
        found = one_record(only)
        versions = {one.knowledge.policy: one.by_version(answer) for one in each(kb)}
        sides = {slug: next(kb for kb, own in sides if found in own).decider for slug, sides in versions.items()}
        steps = list(along_fact(sides, kb.book_of(found, on), found, along, on))
    phrases = Phrases(shown(kb, on)[0].book, kb.vocabulary, kb.wording, tongue)
    if chart is not None:
        write_bytes(chart, _drawn(chart, along, steps, phrases))
    _write(form, along, steps, phrases)


def _drawn(chart: Path, along: Range, steps: list[Step], phrases: Phrases) -> bytes:
    from ..reports.as_sweep import draw_sweep
    from ..reports.sweep_page import sweep_page

    if chart.suffix.lower() == PAGE:
        return sweep_page(along, steps, phrases).encode()
    return draw_sweep(along, steps, chart)


def _write(form: str, along: Range, steps: list[Step], phrases: Phrases) -> None:
    from ..doors.terminal import put_lines
    from ..reports.as_sweep import sweep_csv, sweep_lines

    if form == "csv":
        sys.stdout.write(sweep_csv(steps, along))
        return
    put_lines(sweep_lines(along, steps, phrases))


def _along_rule(
    along: Range, kb: Policykb, policy: str | None, records: Records, sources: tuple[Source, ...], on: date | None
) -> Iterator[Step]:
    """All records under each value of a number of the rules, and on both sides of each change between two of them."""
    from ..answers.comparison import undecided
    from ..answers.edges import between, turns_of_rule
    from ..answers.scenarios import scenario
    from ..answers.sweeps import MOST, clause_of, criterion_of, step_of
    from ..shelf import load_documents, shown, told_book

    root, reading = kb.knowledge.root, kb.reading_of(records)
    version, of_day = shown(kb, on)
    base = load_documents(root, policy, sources, as_of=of_day).knowledge
    clause = clause_of(version.book, along.target)
    asked = 0

    def at(value: Decimal) -> Step:
        nonlocal asked
        asked += 1
        if asked > len(along.values) + MOST:
            raise CallError("sweep-too-many", count=asked, most=len(along.values) + MOST)
        supposed = scenario(base, [f"{along.target}={value:f}"])
        other = load_documents(root, policy, (*sources, supposed), engine=kb.engine)
        answer = other.apply(reading, as_of=on)
        # Where one document alone answers, its clauses go by their own names.
        policy_told = answer.receipt.policy
        own = None if clause is None else clause.removeprefix(f"{policy_told}/")
        return step_of(answer, told_book(other.told_by(policy_told)), own, value)

    criterion, unit = criterion_of(version, clause, along.target)
    # What a wrong record states turns nothing: it is decided under no value.
    wrong = set(undecided(kb.apply(reading, as_of=on))[0])
    right = [record for record in reading.records if record.id not in wrong]
    turns = [] if criterion is None else turns_of_rule(version.book, criterion, right, unit)
    yield from between({value: at(value) for value in along.values}, turns, at).values()
