"""What counts is counted once: the rows marked as counted add up to every total, in every engine and format.

`POLICYKB_SOAK` sets how many sets of records are generated.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from openpyxl import load_workbook

from column_tables import counted_by_columns, explained_by_columns
from deciders import decider_with
from generated_records import generate
from policykb.answers.answer import Answer
from policykb.api import Policykb
from policykb.model import Amount, Decision, GroupDecision, Record
from policykb.reports.as_csv import to_csv
from policykb.reports.as_json import to_json
from policykb.reports.phrases import Phrases
from policykb.reports.tell import tell
from soaking import times
from told_formats import workbook

SETS = times(20)
EXAMPLES = sorted(Path(__file__).parents[1].glob("docs/examples/*.json"))
Sums: TypeAlias = dict[str, tuple[Decimal, Decimal | None]]
"""The least and the most in each currency; None for no upper end."""


def added(amounts: Iterable[tuple[Decimal, Decimal | None, str]]) -> Sums:
    """The sum of amounts in each currency, in plain arithmetic."""
    found: Sums = {}
    for low, high, currency in amounts:
        least, most = found.get(currency, (Decimal(0), Decimal(0)))
        found[currency] = (least + low, None if most is None or high is None else most + high)
    return found


def by_hand(decisions: Sequence[Decision], groups: Sequence[GroupDecision], grouped: frozenset[str]) -> Sums:
    """What counts, worked out from the decisions alone: clauses outside groups, and each group once."""
    alone = [d.amount for d in decisions if d.amount is not None and d.clause not in grouped]
    return added((a.min, a.max, a.currency) for a in (*alone, *(g.amount for g in groups)) if a is not None)


@cache
def generated() -> tuple[Answer, ...]:
    """Answers about sets of up to six records, several of one subject among them, of all types."""
    kb = decider_with()
    dice = random.Random(5)
    pool = [r for name in kb.vocabulary.record_types for r in generate(kb.book, kb.vocabulary, name, 30, 11)]
    answers = []
    for number in range(SETS):
        chosen = dice.sample(pool, dice.randint(1, 6))
        records = [replace(r, id=f"{number}-{r.id}", name=f"企业{dice.randint(1, 3)}") for r in chosen]
        answers.append(kb.apply(records))
    return tuple(answers)


@cache
def examples() -> tuple[Answer, ...]:
    """The answers about the sample data."""
    kb = decider_with()
    return tuple(kb.apply(kb.read([path])) for path in EXAMPLES)


def grouped(kb: Policykb) -> frozenset[str]:
    """The clauses that are members of a group."""
    return frozenset(kb.book.group_of)


def every() -> Iterator[tuple[Answer, Sums]]:
    """Each answer with the sums that it must show, without empty ones."""
    for answer in (*examples(), *generated()):
        yield answer, by_hand(answer.decisions, answer.groups, grouped(decider_with()))


def test_entitlements_and_subjects() -> None:
    """What counts adds up to what the decisions come to by hand, and so do the totals of subjects."""
    for answer, expected in every():
        subjects = [total for one in answer.enterprises for total in one.total.values()]

        assert _sums(one.amount for one in answer.entitlements) == expected
        assert _sums(subjects) == expected


def test_each_sum_once() -> None:
    """No clause and no group counts twice for a record, and a winner counts under its own name."""
    for answer, _ in every():
        keys = [(one.record, one.source) for one in answer.entitlements]
        winners = {(g.record, g.group): g.winner for g in answer.groups if g.amount is not None}

        assert len(set(keys)) == len(keys)
        assert {(e.record, e.group): e.clause for e in answer.entitlements if e.group} == winners


def test_json() -> None:
    """The entitlements and the totals of subjects in JSON."""
    kb = decider_with()
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, "zh")
    for answer, expected in every():
        told = json.loads(to_json(answer, phrases))
        counted = [entry["amount"] for entry in told["entitlements"]]
        subjects = [{"currency": c, **total} for one in told["enterprises"] for c, total in one["total"].items()]

        assert added(map(_ends, counted)) == expected
        assert added(map(_ends, subjects)) == expected


@pytest.mark.proof
def test_rdf_and_the_library() -> None:
    """The library's totals by clause, article, chapter, subject and status."""
    kb = decider_with()
    for answer, expected in [*every()][::3]:
        for query in ("clause", "article", "chapter", "subject", "status"):
            rows = kb.ask(f"totals-by-{query}", answer=answer)

            assert added((r["least"], r.get("most"), str(r["currency"])) for r in map(dict, rows)) == expected


def test_comparison() -> None:
    """What a comparison shows as the sums before."""
    kb = decider_with()
    other = decider_with("R1-highest:alt")
    for answer in (*examples(), *generated()[:10]):
        expected = by_hand(answer.decisions, answer.groups, grouped(kb))
        found = kb.compare(answer.records, other)
        totals = _sums(entry.before for entry in found.totals)

        assert {currency: ends for currency, ends in totals.items() if ends != (0, 0)} == {
            currency: ends for currency, ends in expected.items() if ends != (0, 0)
        }


@pytest.mark.proof
def test_columns() -> None:
    """Over columns the same rows count, record by record and clause by clause."""
    kb = decider_with()
    records: list[Record] = []
    expected: dict[tuple[str, str], tuple[Decimal, Decimal | None, str]] = {}
    for place, answer in enumerate((*examples(), *generated())):
        invalid = {d.record for d in answer.decisions if d.status == "invalid-record"}
        records += [replace(r, id=f"{place} {r.id}") for r in answer.records if r.id not in invalid]
        for one in answer.entitlements:
            amount = one.amount
            expected[f"{place} {one.record}", one.source] = (amount.min, amount.max, amount.currency)

    assert counted_by_columns(kb, records) == expected
    assert len(expected) > SETS // 2


def test_options_and_fallbacks_over_columns() -> None:
    """Over columns the same options give each amount, and the earlier policy steps in for the same decisions."""
    kb = decider_with()
    records: list[Record] = []
    expected: dict[tuple[str, str], tuple[int, Decimal, Decimal | None]] = {}
    fallbacks: set[tuple[str, str | None]] = set()
    for place, answer in enumerate((*examples(), *generated())):
        invalid = {d.record for d in answer.decisions if d.status == "invalid-record"}
        records += [replace(r, id=f"{place} {r.id}") for r in answer.records if r.id not in invalid]
        for decision in answer.decisions:
            name = f"{place} {decision.record}"
            for one in decision.options:
                ends = (one.amount.min, one.amount.max)
                expected[name, one.option.iri] = (2 if one.truth == "met" else 1, *ends)
            if decision.fallback is not None:
                fallbacks.add((name, decision.clause))

    assert explained_by_columns(kb, records) == (expected, fallbacks)
    assert len(expected) > SETS // 2 and fallbacks


@pytest.mark.proof
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_for_people(lang: Any) -> None:
    """The rows marked as counted, in CSV and in the workbook, whose sheets of totals show the same."""
    kb = decider_with()
    phrases = Phrases(kb.book, kb.vocabulary, kb.wording, lang)
    names = {unit.label.get(lang): unit.id for unit in kb.vocabulary.units.values() if unit.currency}
    say = phrases.say
    for answer in (*examples(), *generated()[:20]):
        expected = by_hand(answer.decisions, answer.groups, grouped(kb))
        told = tell(answer, phrases)
        table = csv.DictReader(io.StringIO(to_csv(told, phrases).removeprefix("\ufeff")))
        counted = [row for row in table if row[say("book-counted")] == say("yes")]
        columns = (say("column-min"), say("column-max"), say("column-currency"))

        assert added(_cells(row, columns, {}) for row in counted) == expected
        book = load_workbook(io.BytesIO(workbook(answer, phrases)))
        sheets = {name: _rows(book[say(name)]) for name in ("book-sheet", "book-by-clause", "book-by-enterprise")}
        columns = (say("book-min"), say("book-max"), say("column-currency"))
        rows = [row for row in sheets["book-sheet"] if row[say("book-counted")] == say("yes")]
        assert added(_wan(row, columns, names) for row in rows) == expected
        had = [one for one in answer.decisions if one.clause is not None and one.suppressed_by is None]
        for status, heading in (("eligible", "book-eligible"), ("undetermined", "book-undetermined")):
            counts = Counter(kb.book.clauses[one.clause or ""].title.get(lang) for one in had if one.status == status)
            for row in sheets["book-by-clause"]:
                if row[say("book-eligible")] is not None:
                    assert row[say(heading)] == counts[row[say("told-measure")]]
        # Money without a stated sum has a row, with words in place of a sum and without a currency.
        stated = [row for row in sheets["book-by-clause"] if row[columns[2]] is not None]
        clauses = added(_wan(row, columns, names) for row in stated)
        assert {
            currency: ends for currency, ends in clauses.items() if ends != (0, 0) or currency in expected
        } == expected
        subjects = [row for row in sheets["book-by-enterprise"] if row[columns[0]] is not None]
        total = [row for row in subjects if row[say("column-enterprise")] == say("total")]
        assert added(_wan(row, columns, names) for row in total) == expected
        assert added(_wan(row, columns, names) for row in subjects if row not in total) == expected


def _rows(sheet: Any) -> list[dict[str, Any]]:
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def _cells(
    row: Mapping[str, Any], columns: tuple[str, str, str], names: Mapping[str, str]
) -> tuple[Decimal, Decimal | None, str]:
    """The ends and the currency of a row; a word in place of the most, or nothing, means no upper end."""
    low, high, currency = (row[name] for name in columns)
    is_open = high in ("", None) or (isinstance(high, str) and not high[0].isdigit())
    return _exact(low), None if is_open else _exact(high), names.get(currency, currency)


def _wan(
    row: Mapping[str, Any], columns: tuple[str, str, str], names: Mapping[str, str]
) -> tuple[Decimal, Decimal | None, str]:
    """The ends and the currency of a row whose sums are in ten thousands."""
    low, high, currency = (row[name] for name in columns)
    yuan = [None if isinstance(end, str) else Decimal(str(end)) * 10**4 for end in (low, high)]
    return _cells(dict(zip(columns, (*yuan, currency), strict=True)), columns, names)


def _exact(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _ends(amount: Mapping[str, Any]) -> tuple[Decimal, Decimal | None, str]:
    high = amount["max"]
    return Decimal(amount["min"]), None if high is None else Decimal(high), str(amount["currency"])


def _sums(amounts: Iterable[Amount]) -> Sums:
    return added((a.min, a.max, a.currency) for a in amounts)
