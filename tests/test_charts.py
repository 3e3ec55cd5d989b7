"""What a chart shows is what the engine answers: each dot, each bar, and each line between."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from policykb.model import Amount, Clause, Record
from policykb.site.charts import clause_chart
from policykb.site.content import Content, load_content
from policykb.site.plotted import Plot, plotted

SEED, TRIES = 20200924, 12


@pytest.fixture(scope="module")
def content() -> Content:
    """The site's content, loaded once."""
    return load_content(Path(__file__).parents[1])


def plots(content: Content) -> list[tuple[Clause, Plot]]:
    """Each clause of which something is drawn, with what is drawn."""
    found = ((clause, plotted(content, clause)) for clause in content.kb.book.clauses.values())
    return [(clause, plot) for clause, plot in found if isinstance(plot, Plot)]


def answers(content: Content, clause: Clause, records: list[Record]) -> list[Amount | None]:
    """What the program answers to records, each for itself; None where the clause does not apply."""
    named = [replace(record, id=f"{n}", name=f"— {n}") for n, record in enumerate(records)]
    found = {d.record: d for d in content.kb.apply(named).decisions if d.clause in (clause.id, None)}
    decisions = [found[record.id] for record in named]
    assert [d.findings for d in decisions if d.status == "invalid-record"] == []
    return [None if d.status == "not-eligible" else d.amount for d in decisions]


@pytest.mark.proof
def test_each_point_is_an_answer(content: Content) -> None:
    """At each dot and bar the engine answers what is drawn; its place on the paper is in proportion."""
    wrong, points = [], 0
    for clause, plot in plots(content):
        svg = clause_chart(content.view("zh", "charts.html"), clause)
        mine = answers(content, clause, [place.record for place in plot.places])
        for place, answer in zip(plot.places, mine, strict=True):
            drawn = re.findall(rf'<(?:circle|rect)[^>]*data-x="{place.x}"[^>]*>', svg)
            full = [one for one in drawn if "pkb-open" not in one]
            paid = {Decimal(re.search(r'data-amount="([^"]+)"', one)[1]) for one in full}  # type: ignore[index]
            most = set() if answer is None else {answer.max if answer.max is not None else answer.min}
            points += len(full)
            is_end = plot.is_line and (place is plot.places[-1] or place.x == 0)
            if len(plot.places) > 1 and paid != most and not (is_end and not full):
                wrong.append((clause.id, place.x, paid, most))
    assert points > 20
    assert wrong == []


def test_each_line_is_an_answer(content: Content) -> None:
    """Anywhere between two places the engine answers what lies on the line, to the cent, and nothing where none is."""
    dice, wrong, tried = random.Random(SEED), [], 0
    for clause, plot in plots(content):
        if not plot.is_line:
            continue
        for low, high in zip(plot.places, plot.places[1:], strict=False):
            assert isinstance(low.x, Decimal) and isinstance(high.x, Decimal)
            spans = [Decimal(dice.randrange(1, 10_000)) / 10_000 for _ in range(TRIES)]
            places = [(low.x + (high.x - low.x) * span).quantize(Decimal("0.01")) for span in spans]
            for x, answer in zip(places, answers(content, clause, [plot.at(x) for x in places]), strict=True):
                tried += 1
                if low.behind is None or high.before is None:
                    fits = answer is None
                else:
                    start, end = low.behind[1], high.before[1]
                    assert start is not None and end is not None
                    on_line = start + (end - start) * (x - low.x) / (high.x - low.x)
                    fits = (
                        answer is not None and answer.max is not None and abs(answer.max - on_line) <= Decimal("0.02")
                    )
                if not fits:
                    wrong.append((clause.id, x, answer))
    assert tried > 150
    assert wrong == []


@pytest.mark.parametrize(
    ("lang", "paid"),
    [
        ("zh", ["第1名 20万元", "第2名 15万元", "第3名及以后 没有"]),
        ("en", ["1 RMB 200,000", "2 RMB 150,000", "3 and on none"]),
    ],
)
def test_ranks_are_ranks(content: Content, lang: str, paid: list[str]) -> None:
    """Art. 18 gives the first place 200,000 yuan, the second 150,000, and no other anything: a bar for each."""
    svg = clause_chart(content.view(lang, "charts.html"), content.kb.book.clauses["art-18-award"])  # type: ignore[arg-type]
    rows = re.findall(r"<tr>(.*?)</tr>", svg, re.DOTALL)

    assert [re.sub(r"<[^>]+>|\s*\n\s*", "", row) for row in rows[1:]] == paid
    assert svg.count("pkb-bar") == 2 and "polyline" not in svg


def test_axes_have_units(content: Content) -> None:
    """Both axes of a line say what they count, and in what."""
    svg = clause_chart(content.view("zh", "charts.html"), content.kb.book.clauses["art-01-volume"])

    assert re.findall(r'class="pkb-axis">([^<]+)<', svg) == ["年度进出口总额（元）", "金额（元）"]
