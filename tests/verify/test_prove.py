"""The solver finds every seeded fault of the rules, and on the shipped rules nothing but what the text says."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

pytest.importorskip("z3")

from policykb.api import Policykb
from policykb.law.load import load
from policykb.law.rules import RuleBook, read_rules
from policykb.verify.finding import Finding
from policykb.verify.prove import prove

Flip = Callable[[str, str, str], None]
ART_01, ART_10 = "shapes/szq-2020-12/art-01.ttl", "shapes/szq-2020-12/art-10.ttl"


@pytest.fixture(scope="module")
def found(shipped: Policykb) -> tuple[Finding, ...]:
    """The findings on the shipped rules."""
    return prove(shipped.book)


def book_of(root: Path) -> RuleBook:
    """The rules of a changed copy."""
    return read_rules(load(root))


def faults(root: Path, clause: str) -> set[str]:
    """The kinds of faults of one clause of a changed copy."""
    return {finding.kind for finding in prove(book_of(root), [clause]) if finding.fault}


def test_shipped(found: tuple[Finding, ...]) -> None:
    """The shipped rules have no fault; the gaps named are those outside the tiers that the text gives."""
    assert [finding for finding in found if finding.fault] == []
    assert {(f.kind, f.clause) for f in found if f.kind != "cliff"} == {
        ("gap", "art-01-volume"),
        ("gap", "art-18-award"),
    }


def test_cliffs(found: tuple[Finding, ...]) -> None:
    """The whole amount bears one rate (article 10), and the tiers of article 1 are steps: the amount jumps there."""
    jumps = {
        clause: [f.amounts for f in found if f.kind == "cliff" and f.clause == clause]
        for clause in ("art-10-foreign-capital", "art-01-volume")
    }

    assert jumps["art-10-foreign-capital"] == [
        (Decimal("90000.00"), Decimal("120000.00")),
        (Decimal("400000.00"), Decimal("500000.00")),
        (Decimal("1000000.00"), Decimal("1200000.00")),
    ]
    assert jumps["art-01-volume"] == [
        (Decimal("0.00"), Decimal("100000.00")),
        (Decimal("100000.00"), Decimal("150000.00")),
        (Decimal("150000.00"), Decimal("200000.00")),
        (Decimal("200000.00"), Decimal("300000.00")),
    ]


def test_citations(found: tuple[Finding, ...], shipped: Policykb) -> None:
    """Every finding cites the words of both sides, and they stand in the provisions."""
    for finding in found:
        assert len(finding.citations) >= 2
        for citation in finding.citations:
            assert citation.words in shipped.book.provisions[citation.provision].quote


def test_witnesses(found: tuple[Finding, ...], shipped: Policykb, tmp_path: Path) -> None:
    """Applied, the records on either side of a cliff bring the amounts that it names; 0 stands for nothing."""
    for number, finding in enumerate(found):
        if finding.kind != "cliff":
            continue
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps({"records": list(finding.witnesses)}), encoding="utf-8")
        answer = shipped.apply(shipped.read([path]))
        decided = [d for d in answer.decisions if d.clause == finding.clause or d.clause is None]
        brought = tuple(Decimal("0.00") if d.amount is None else d.amount.max for d in decided)

        assert brought == finding.amounts, finding.what.en
        assert all(d.status in ("eligible", "not-eligible") for d in decided)


def test_overlap(copy: Path, flip: Flip) -> None:
    """A tier that includes the bound of the next one overlaps it there."""
    flip(ART_01, "sh:maxExclusive 300000000.0", "sh:maxInclusive 300000000.0")

    (finding,) = [f for f in prove(book_of(copy), ["art-01-volume"]) if f.kind == "overlap"]
    assert finding.witnesses[0]["tradeCNY"] == "300000000.00"


def test_gap(copy: Path, flip: Flip) -> None:
    """A tier that ends before the next one begins leaves a gap inside the range."""
    flip(ART_01, "sh:maxExclusive 300000000.0", "sh:maxExclusive 290000000.0")

    assert faults(copy, "art-01-volume") == {"gap"}


def test_gap_where_one_always_holds(copy: Path, flip: Flip) -> None:
    """Bands that are to cover everything, and do not."""
    flip(ART_10, "sh:minExclusive 20000000.0", "sh:minExclusive 25000000.0")

    assert "gap" in faults(copy, "art-10-foreign-capital")


def test_dead(copy: Path, flip: Flip) -> None:
    """A tier whose bounds exclude each other can never be had."""
    flip(ART_01, "sh:maxExclusive 100000000.0", "sh:maxExclusive 40000000.0")

    assert "dead" in faults(copy, "art-01-volume")


def test_implied(copy: Path, flip: Flip) -> None:
    """A second bound below the first one says nothing."""
    flip(
        ART_01,
        "sh:property szq-shape:art-01-growth-threshold ,",
        "sh:property szq-shape:art-01-growth-threshold , szq-shape:art-01-nurture-trade ,",
    )
    # What two clauses share says itself which provision it comes from.
    flip(
        ART_01,
        "szq-shape:art-01-nurture-trade a sh:PropertyShape ;",
        "szq-shape:art-01-nurture-trade a sh:PropertyShape ;\n    dct:source szq:art-01-s3 ;",
    )

    assert faults(copy, "art-01-growth") == {"implied"}


def test_opposed(copy: Path, flip: Flip) -> None:
    """Producer or no producer holds of everyone, though the three values call it open while that is not stated."""
    flip(
        ART_01,
        "sh:path pkb:recognisedPlatform ;\n    sh:minCount 1 ;\n    sh:hasValue true ;",
        "sh:path pkb:producer ;\n    sh:minCount 1 ;\n    sh:hasValue false ;",
    )

    assert "opposed" in faults(copy, "art-01-growth")


def test_dominated(copy: Path, flip: Flip) -> None:
    """An award for those who always have a higher one can never be the highest."""
    flip(
        ART_01,
        "    sh:property szq-shape:art-01-rank-top .",
        "    sh:node szq-shape:art-01-volume , szq-shape:art-01-volume-1 ;\n"
        "    sh:property szq-shape:art-01-rank-top .",
    )
    for criterion in ("volume-growth",):
        flip(
            ART_01,
            f"szq-shape:art-01-{criterion} a sh:PropertyShape ;",
            f"szq-shape:art-01-{criterion} a sh:PropertyShape ;\n    dct:source szq:art-01-s8 ;",
        )

    assert "dominated" in faults(copy, "art-01-rank")


def test_marginal_bands() -> None:
    """Where each part of the capital bears its own rate, the amount does not jump."""
    book = read_rules(load(overlays=["R10a-whole:alt"]))

    assert prove(book, ["art-10-foreign-capital"]) == ()
