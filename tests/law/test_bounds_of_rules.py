"""What a knowledge base may hold: expressions of a size, numbers of a length, no rule among translations."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from documentation import ROOT
from policykb.api import load_policykb
from policykb.columns.screen import Screening, screen
from policykb.errors import InputError, KnowledgeError
from policykb.law.fingerprint import fingerprint

SPACES = {
    "pkb": "https://w3id.org/policykb/ns#",
    "dct": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "operator": "https://w3id.org/policykb/scheme/operator#",
    "kind": "https://w3id.org/policykb/scheme/amount-kind#",
}
HEAD = (
    "@base <https://w3id.org/policykb/id/szq-2020-12/> .\n"
    + "".join(f"@prefix {name}: <{space}> .\n" for name, space in SPACES.items())
    + """
<urn:overlay> a pkb:Overlay ; rdfs:label "另一种算法"@zh , "another way"@en ; pkb:replaces <option/art-05-warehouse> .
<option/art-05-warehouse> a pkb:Option ; dct:identifier "art-05-warehouse" ; dct:title "补助"@zh , "Aid"@en ;
    pkb:amountKind kind:exact ; schema:currency "CNY" ; pkb:words "10%" ; """
)


def node(number: int, operator: str, operands: Iterable[str], by: str | None = None) -> str:
    """An expression."""
    last = "" if by is None else f" ; pkb:by {by}"
    what = f"pkb:operator operator:{operator} ; pkb:operand {' , '.join(operands)}"
    return f"<e{number}> a pkb:Expression ; {what}{last} .\n"


FACT = "pkb:overseasWarehouseInvestmentCNY"
STATED = {"crossBorderEcommerce": True, "inStatistics": True, "overseasWarehouseArea": "600"}
LARGE = {
    "a node that stands twice, twenty-six times": [
        *(node(n, "product", [f"<e{n + 1}>"], f"<e{n + 1}>") for n in range(26)),
        node(26, "product", [FACT], "1.0"),
    ],
    "forty within each other": [
        *(node(n, "least", [f"<e{n + 1}>"], "9.0") for n in range(40)),
        node(40, "least", [FACT], "9.0"),
    ],
    "a sum of three hundred": [
        node(0, "sum", [f"<e{n}>" for n in range(1, 301)]),
        *(node(n, "product", [FACT], f"0.{n:03}") for n in range(1, 301)),
    ],
}


@pytest.fixture
def overlay(tmp_path: Path) -> Callable[[str], Path]:
    """An overlay that states the aid of article 5 in another way."""

    def write(rest: str) -> Path:
        path = tmp_path / "other.ttl"
        path.write_text(HEAD + rest, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("nodes", LARGE.values(), ids=LARGE)
def test_a_large_expression_is_refused_at_once(nodes: list[str], overlay: Callable[[str], Path]) -> None:
    """However an expression grows, it is refused before it is written out, with the file."""
    with pytest.raises(KnowledgeError, match="200 个部分") as fault:
        load_policykb(ROOT, overlays=[overlay("pkb:expression <e0> .\n" + "".join(nodes))])
    assert "other.ttl" in str(fault.value)


@pytest.mark.proof
@pytest.mark.parametrize("by", ["1000000000000000.0", "0.000000001", f"{'9' * 40}.0", f"0.{'0' * 39}1"])
def test_a_number_that_not_every_engine_holds_is_refused(by: str, overlay: Callable[[str], Path]) -> None:
    """A number of an expression has no more digits than one of a bound may have."""
    with pytest.raises(KnowledgeError, match="小数点前最多十五位"):
        load_policykb(ROOT, overlays=[overlay("pkb:expression <e0> .\n" + node(0, "product", [FACT], by))])


def test_a_least_rate_counts_only_where_a_body_chooses(overlay: Callable[[str], Path]) -> None:
    """Beside a plain rate it would be passed over, and is refused."""
    with pytest.raises(KnowledgeError, match=r"pkb:leastRate 0\.2"):
        load_policykb(ROOT, overlays=[overlay(f"pkb:rate 0.1 ; pkb:leastRate 0.2 ; pkb:base {FACT} .")])


def test_an_amount_beyond_what_is_held_is_blamed_on_its_record(overlay: Callable[[str], Path]) -> None:
    """Where one record comes to more digits than there are, the message names it and the clause, and no query."""
    kb = load_policykb(ROOT, overlays=[overlay(f"pkb:rate 100000000.0 ; pkb:base {FACT} .")])

    def least(invested: str) -> str:
        facts = {**STATED, "overseasWarehouseInvestmentCNY": invested}
        record = kb.record("EnterpriseYear", "2020", id="r1", name="甲", **facts)
        decision = next(d for d in kb.apply(record).decisions if d.clause == "art-05-warehouse")
        assert decision.amount is not None
        return str(decision.amount.min)

    assert least("512345.67") == "51234567000000.00"
    with pytest.raises(InputError, match=r"r1.*art-05-warehouse"):
        least("999999999999999.99")


@pytest.mark.parametrize("divisor", ["30000000000000.0", "0.0000003"])
@pytest.mark.proof
def test_numbers_too_long_for_columns_are_left_to_sparql(
    divisor: str, overlay: Callable[[str], Path], tmp_path: Path
) -> None:
    """What columns have no type for SPARQL decides, with the same result; `screen` has columns alone and refuses it."""
    file = overlay("pkb:expression <e0> .\n" + node(0, "quotient", [FACT], divisor))
    decided = []
    for engine in ("sparql", "columns"):
        kb = load_policykb(ROOT, overlays=[file], engine=engine)
        record = kb.record(
            "EnterpriseYear", "2020", id="r1", name="甲", overseasWarehouseInvestmentCNY="512345", **STATED
        )
        decided.append(kb.apply(record).decisions)
    assert decided[0] == decided[1]
    (tmp_path / "EnterpriseYear.csv").write_text(
        "name,period,overseasWarehouseInvestmentCNY\n甲公司,2020,512345\n", "utf-8"
    )
    job = Screening(kb.vocabulary.record_types["EnterpriseYear"], tmp_path / "out")
    with pytest.raises(KnowledgeError, match=r"位数太多|位数字"):
        screen(kb, tmp_path / "EnterpriseYear.csv", job)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A knowledge base below a folder that is called as the translations are."""
    found = tmp_path / "translations" / "kb"
    for folder in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / folder, found / folder)
    shutil.copytree(ROOT / "policy/szq-2020-12", found / "policy/szq-2020-12")
    return found


def test_the_checksum_of_the_rules_does_not_hang_on_where_they_lie(root: Path) -> None:
    """The same files have the same checksums wherever they lie; a changed rule has another."""
    before, slug = fingerprint(ROOT, "szq-2020-12"), "szq-2020-12"
    for file in root.glob("ontology/*,*"):
        shutil.rmtree(file)
    alone = fingerprint(root, slug)
    assert (alone.queries, alone.source) == (before.queries, before.source)
    rule, text = root / "shapes/szq-2020-12/art-05.ttl", root / "policy/szq-2020-12/translations/en/art-05.ttl"
    text.write_text(text.read_text(encoding="utf-8") + "# another word\n", encoding="utf-8")
    assert fingerprint(root, slug) == alone
    rule.write_text(rule.read_text(encoding="utf-8") + "# another number\n", encoding="utf-8")
    assert fingerprint(root, slug) == replace(alone, rules=fingerprint(root, slug).rules)
    assert fingerprint(root, slug) != alone


@pytest.mark.parametrize(
    "rule",
    [
        "<https://w3id.org/policykb/id/szq-2020-12/clause/x> a <https://w3id.org/policykb/ns#Clause> .",
        "<https://w3id.org/policykb/id/szq-2020-12/option/art-05-warehouse> <https://schema.org/value> 5.0 .",
    ],
)
def test_no_rule_stands_among_translations(rule: str, root: Path) -> None:
    """What is no translation is refused there with its line: no checksum would tell of it."""
    file = root / "policy/szq-2020-12/translations/en/more.ttl"
    file.write_text(f"\n\n{rule}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"more\.ttl.*3"):
        load_policykb(root, "szq-2020-12")


@pytest.mark.parametrize(
    "constraint", ['sh:maxCount "many"', 'sh:minExclusive "many"', 'sh:pattern "("'], ids=["count", "least", "pattern"]
)
def test_a_constraint_of_a_closed_kind_that_cannot_be_read(constraint: str, root: Path) -> None:
    """A value of a wrong form in the shapes of the knowledge base itself is refused with its file and line."""
    file = root / "shapes/knowledge.ttl"
    added = f"\npkb-shape:Clause sh:property pkb-shape:odd .\npkb-shape:odd sh:path pkb:words ; {constraint} .\n"
    file.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"shapes/knowledge\.ttl"):
        load_policykb(root, "szq-2020-12")
