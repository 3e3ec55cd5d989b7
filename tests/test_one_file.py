"""A new unit, a new item of a record and a new option touch one Turtle file each, and everything follows from it."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from policykb.cli import program
from policykb.law.load import load
from policykb.names import PKB
from policykb.verify.numerals import scan, text_units

ROOT = Path(__file__).parents[1]
UNIT = """
pkb-unit:t a skos:Concept ;
    skos:inScheme <https://w3id.org/policykb/scheme/unit> ;
    skos:notation "t" ;
    skos:prefLabel "吨"@zh , "t"@en ;
    pkb:smallestUnit 0.001 ;
    pkb:inText "公?吨" .

pkb-unit:form-ten-thousand-t a skos:Concept ;
    skos:inScheme <https://w3id.org/policykb/scheme/unit-form> ;
    skos:notation "万吨" ;
    skos:broader pkb-unit:t ;
    pkb:factor 10000.0 .
"""
FACTS = {
    "cargoCNY": ("xsd:decimal", "CNY", "货物价值"),
    "crew": ("xsd:integer", "count", "船员人数"),
    "portRank": ("xsd:integer", "rank", "港口名次"),
    "sailedOn": ("xsd:date", "", "开航日期"),
    "insured": ("xsd:boolean", "", "是否投保"),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the knowledge base."""
    for name in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / name, tmp_path / "kb" / name)
    return tmp_path / "kb"


def changed(root: Path) -> list[str]:
    """The files of the copy that are not as in the checkout."""
    files = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
    return [file.as_posix() for file in files if (root / file).read_bytes() != (ROOT / file).read_bytes()]


def checked(root: Path, *records: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What `check` finds in records: the rule, how grave it is, and the message."""
    path = root.parent / "records.json"
    path.write_text(json.dumps({"records": list(records)}, ensure_ascii=False), encoding="utf-8")
    done = CliRunner().invoke(program(), ["check", str(path), "--root", str(root), "--format", "json", "--lang", "zh"])
    found = json.loads(done.stdout)["findings"]
    return [(each["rule"], each["severity"], each["message"]["zh"]) for each in found]


def test_a_unit_is_one_file(root: Path) -> None:
    """A unit written into the scheme of units is read in the text, and has its step."""
    path = root / "ontology/schemes/unit.ttl"
    path.write_text(path.read_text(encoding="utf-8") + UNIT, encoding="utf-8")
    knowledge = load(root)
    found = scan("年吞吐量达 20 万吨、3公吨以上", text_units(knowledge))

    assert changed(root) == ["ontology/schemes/unit.ttl"]
    assert [(numeral.value, numeral.unit) for numeral in found] == [(Decimal(200000), "t"), (Decimal(3), "t")]


def test_an_item_is_one_file(root: Path) -> None:
    """A sum, a count, a rank, a day, and yes or no, declared with the facts: each is read, and each has its rule."""
    path = root / "ontology/facts.ttl"
    text = path.read_text(encoding="utf-8")
    for name, (kind, unit, label) in FACTS.items():
        text += f'\npkb:{name} a pkb:Fact ;\n    rdfs:range {kind} ;\n    rdfs:label "{label}"@zh , "{name}"@en ;\n'
        text += f"    pkb:unit pkb-unit:{unit} ;\n" if unit else ""
        text += f'    pkb:question "{label}？"@zh , "{name}?"@en ;\n    pkb:proof "凭证"@zh , "papers"@en .\n'
    names = " ".join(f"pkb:{name}" for name in FACTS)
    text = text.replace("pkb:fact ( pkb:refundClass ) .", f"pkb:fact ( pkb:refundClass {names} ) .")
    path.write_text(text, encoding="utf-8")
    right = {"cargoCNY": "10.5", "crew": 0, "portRank": 1, "sailedOn": "2020-03-04", "insured": True}
    wrong = {"cargoCNY": "-1", "crew": -1, "portRank": 0}
    common = {"type": "TaxRefund", "period": "2020"}
    found = checked(
        root,
        {"id": "a", **common, "subject": {"name": "甲"}, **right},
        {"id": "b", **common, "subject": {"name": "乙"}, **wrong},
    )

    assert changed(root) == ["ontology/facts.ttl"]
    assert found == [
        ("TaxRefund-cargoCNY", "error", "“货物价值”填的是“-1”，不能是负数。"),
        ("TaxRefund-crew", "error", "“船员人数”填的是“-1”，不能是负数。"),
        ("TaxRefund-portRank", "error", "“港口名次”填的是“0”，不能小于 1。"),
    ]


def test_an_option_is_one_file(root: Path) -> None:
    """An option is named and listed beside the others: it is read by its name, and the mend lists it."""
    path = root / "ontology/schemes/code.ttl"
    text = path.read_text(encoding="utf-8")
    text += (
        "\npkb-code:university a skos:Concept ;\n    skos:inScheme <https://w3id.org/policykb/scheme/code> ;\n"
        '    skos:notation "university" ;\n    skos:prefLabel "高等院校"@zh , "university"@en .\n'
    )
    listed = '"intermediary" "socialOrganisation" "projectEnterprise"'
    text = text.replace(f"( {listed}", f'( "university" {listed}')
    path.write_text(text, encoding="utf-8")
    record = {"type": "ProjectReferral", "period": "2020", "subject": {"name": "甲"}}
    found = checked(root, {"id": "a", **record, "referrerKind": "高等院校"})
    rule = load(root).text(ox.NamedNode("https://w3id.org/policykb/shape#ProjectReferral-referrerKind"), PKB.mend)

    assert changed(root) == ["ontology/schemes/code.ttl"]
    assert [rule for rule, severity, _ in found if severity != "info"] == []
    assert rule is not None and rule.zh == "从下列各项中选一项：高等院校、中介机构、社会组织、项目企业自身、其他。"
    assert (
        rule.en == "Choose one of: university; intermediary; social organisation; the project enterprise itself; other."
    )
