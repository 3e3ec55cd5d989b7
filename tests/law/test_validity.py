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
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.model import Place, Record
from policykb.verify.proof import verify

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


AMENDMENT = """\
@base <https://w3id.org/policykb/id/demo-2019/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<overlay/{name}> a pkb:Overlay ;
    rdfs:label "虚构的修订"@zh , "a fictional amendment"@en ;
    pkb:validFrom "{day}"^^xsd:date ;
    pkb:replaces <{what}> .

<{what}> rdfs:label "改写"@zh , "restated"@en ;
    {said}
"""
MOVED = """a pkb:Applicability ;
    pkb:asOfFrom "2019-07-01"^^xsd:date ;
    pkb:periodsEndingFrom "2019-07-01"^^xsd:date ;
    pkb:inForceThrough "{last}"^^xsd:date ."""


def _amended(make: Make, *written: tuple[str, str]) -> Path:
    """The made-up document with amendments: each its day, and the last day that it gives the document, if it does."""
    root = make().book.origin.root
    folder = root / "policy" / "demo-2019" / "overlays"
    folder.mkdir()
    for place, (day, last) in enumerate(written):
        what, said = ("applicability", MOVED.format(last=last)) if last else ("art-01", "a pkb:Provision .")
        text = AMENDMENT.format(name=f"a{place}", day=day, what=what, said=said)
        (folder / f"a{place}.ttl").write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ([("2019-07-01", "")], None),
        ([("2022-06-30", "")], None),
        ([("2019-06-30", "")], "from 2019-06-30"),
        ([("2022-07-01", "")], "from 2022-07-01"),
        # One that prolongs the document, and one that ends it: what lies behind them is held against the new days.
        ([("2022-06-01", "2024-06-30"), ("2023-01-01", "")], None),
        ([("2023-01-01", ""), ("2024-01-01", "2025-06-30")], "from 2023-01-01"),
        ([("2021-01-01", "2020-12-31"), ("2020-03-01", "")], None),
    ],
)
@pytest.mark.proof
def test_amendments_are_of_days_in_force(make: Make, written: list[tuple[str, str]], wrong: str | None) -> None:
    """An amendment of a day on which there is no such document is of a wrong day, or would never apply."""
    root = _amended(make, *written)
    if wrong is None:
        load_policykb(root)
    else:
        with pytest.raises(KnowledgeError) as caught:
            load_policykb(root)
        assert caught.value.id == "amendment-outside"
        assert wrong in caught.value.text.en
        assert ".ttl, line 6" in caught.value.where.en


def test_an_amendment_behind_the_end_that_another_sets(make: Make) -> None:
    """Repealed from 2021 on, the document is not amended any more in March 2021, as is seen when that is asked."""
    root = _amended(make, ("2021-01-01", "2020-12-31"), ("2021-03-01", ""))
    with pytest.raises(KnowledgeError) as caught:
        read_rules(load(root, "demo-2019", as_of=date(2021, 2, 1)))

    assert "2019-07-01 through 2020-12-31" in caught.value.text.en


def test_an_overlay_that_would_never_apply(make: Make) -> None:
    """Without a day and without a reading, as where the name is misspelt, it is not passed over."""
    root = _amended(make, ("2020-01-01", ""))
    path = root / "policy" / "demo-2019" / "overlays" / "a0.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("pkb:validFrom", "pkb:validfrom"), encoding="utf-8")
    knowledge = load(root, "demo-2019")
    (found,) = verify(knowledge, read_rules(knowledge), rules={"overlays"}).faults

    assert "nothing would ever apply it" in found.what.en
    assert found.where.endswith("a0.ttl, line 6")


@pytest.mark.proof
def test_the_verification_reads_amendments_on_their_days(make: Make) -> None:
    """What records of a later day would stumble over is a fault of the knowledge base today, told once; of the other
    amendment it is said that it has no text."""
    root = _amended(make, ("2020-01-01", "2022-06-30"), ("2021-01-01", "2024-06-30"))
    path = root / "policy" / "demo-2019" / "overlays" / "a0.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("ForceThrough", "ForceTrough"), encoding="utf-8")
    knowledge = load(root, "demo-2019")
    found = verify(knowledge, read_rules(knowledge), rules={"overlays"}).faults

    assert [one.where.split("/")[-1] for one in found] == ["a0.ttl, line 15", "a1.ttl, line 6"]
    assert "Did you mean pkb:inForceThrough" in found[0].mend.en
    assert "has no text of its own" in found[1].what.en
