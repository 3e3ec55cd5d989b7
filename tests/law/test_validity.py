"""A document that says how long it is valid decides nothing after its last day, in any engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from column_tables import by_columns, by_sparql
from policykb.api import Policykb, load_policykb
from policykb.engines.shacl import ShaclEngine
from policykb.errors import KnowledgeError
from policykb.model import Place, Record

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests" / "fixtures" / "beside"
YEARS = "    pkb:validYears 3 ;\n"
PERIODS = ("2019-06-30", "2019-07-01", "2019", "2021", "2022-06-30", "2022-07-01", "2022", "2030")
DAYS = (None, date(2019, 6, 30), date(2019, 7, 1), date(2022, 6, 30), date(2022, 7, 1))
Make = Callable[..., Policykb]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """The made-up document with something else in the place of its three years, or of its first days."""

    def made(*changes: str) -> Policykb:
        root = tmp_path_factory.mktemp("kb")
        for name in ("ontology", "queries"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copytree(FIXTURE, root, dirs_exist_ok=True)
        for path in (ROOT / "shapes").glob("*.ttl"):
            shutil.copy(path, root / "shapes")
        file = root / "policy" / "demo-2019" / "document.ttl"
        text = file.read_text(encoding="utf-8")
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            assert old in text
            text = text.replace(old, new, 1)
        file.write_text(text, encoding="utf-8")
        return load_policykb(root)

    return made


def _records() -> list[Record]:
    facts = {"tradeCNY": Decimal(8_000_000)}
    return [Record(period, "EnterpriseYear", period, "甲", None, None, facts, Place("test")) for period in PERIODS]


def _inside(period: str, day: date | None) -> bool:
    """From 1 July 2019, for three years: the last day is 30 June 2022."""
    end = date(int(period), 12, 31) if len(period) == 4 else date.fromisoformat(period)
    return all(date(2019, 7, 1) <= one <= date(2022, 6, 30) for one in (end, day or end))


@pytest.mark.parametrize(("old", "new"), [("", ""), (YEARS, '    pkb:inForceThrough "2022-06-30"^^xsd:date ;\n')])
def test_last_day(make: Make, old: str, new: str) -> None:
    """On the last day it is in force, on the next no more: for the period's end, and for the as-of day."""
    kb, records = make(old, new), _records()
    for day in DAYS:
        expected = {
            (period, "art-01-volume"): "eligible" if _inside(period, day) else "not-in-force" for period in PERIODS
        }
        by_shacl = ShaclEngine(kb.book).statuses(records, day)
        assert {key: row[0] for key, row in by_sparql(kb, records, day).items()} == expected, day
        assert {key: row[0] for key, row in by_columns(kb, records, day).items()} == expected, day
        assert {
            (r.id, c): status for r, one in zip(records, by_shacl, strict=True) for c, status in one.items()
        } == expected


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [("2020-02-29", 3, "2023-02-28"), ("2020-03-01", 1, "2021-02-28"), ("2021-03-01", 3, "2024-02-29")],
)
def test_years(make: Make, first: str, years: int, last: str) -> None:
    """Years end on the day before the same day; where the last year lacks that day, with its month."""
    whole = f'    pkb:asOfFrom "{first}"^^xsd:date ;\n    pkb:periodsEndingFrom "{first}"^^xsd:date ;\n'
    old = whole.replace(first, "2019-07-01")
    kb = make(old + YEARS, whole + YEARS.replace("3", str(years)))

    assert str(kb.book.in_force_through) == last
    assert kb.book.document.expires == kb.book.in_force_through


def test_last_day_of_the_document(make: Make) -> None:
    """A last day that stands on the document alone counts as well."""
    old = YEARS + "    dct:source"
    assert make(old, "    dct:source").book.in_force_through is None

    actor = "    pkb:defaultActor <city> ;\n"
    own = make(actor, f'{actor}    eli:date_no_longer_in_force "2022-06-30"^^xsd:date ;\n', old, "    dct:source")
    assert own.book.in_force_through == date(2022, 6, 30)


@pytest.mark.parametrize(
    ("old", "new", "id"),
    [
        (YEARS, YEARS + '    pkb:inForceThrough "2022-06-30"^^xsd:date ;\n', "validity-twice"),
        (YEARS, '    pkb:inForceThrough "2019-06-30"^^xsd:date ;\n', "ends-before-it-begins"),
        (YEARS, "    pkb:validYears 1.5 ;\n", "closed-form"),
        (YEARS, "    pkb:validMonths 6 ;\n", "closed-property"),
    ],
)
def test_refused(make: Make, old: str, new: str, id: str) -> None:
    """What contradicts itself, or nothing reads, is refused at its line."""
    with pytest.raises(KnowledgeError) as caught:
        make(old, new)

    assert caught.value.id == id
    assert "document.ttl" in caught.value.where.en
