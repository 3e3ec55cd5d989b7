"""An amendment drafted from its text: every word of it quoted, no decision changed by the draft, and the rules named
that its numbers change."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from documentation import ROOT
from policykb.cli import program
from policykb.errors import CallError, KnowledgeError
from policykb.law.knowledge import Knowledge
from policykb.law.load import KNOWLEDGE, load
from policykb.law.rules import RuleBook, read_rules
from policykb.scaffold.amending import Amending, amending
from policykb.scaffold.draft import draft
from policykb.scaffold.lexicon import Lexicon, lexicon
from policykb.verify.claims import Claim, collect
from policykb.verify.ledger import check_quotes
from policykb.verify.numerals import scan, text_units
from policykb.verify.overlays import check_overlays
from policykb.verify.places import Places

DECISION = """关于修改有关规定的决定

某府发〔2025〕3号

现作如下修改：

一、将第五条中的“仓储总面积达到500平方米以上”修改为“仓储总面积达到300平方米以上”，“年实际投资达到30万元以上”修改为“年实际投资达到20万元以上”。
二、将第一条中的“5亿元、3亿元、1亿元、5000万元”修改为“6亿元、4亿元、2亿元、6000万元”。
三、删去第二条。
四、增加一条：“对纳统企业一次性给予3万元奖励。”

本决定自2025年7月1日起施行。

某区人民政府
2025年6月20日
"""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(ROOT, "szq-2020-12")


@pytest.fixture(scope="module")
def book(knowledge: Knowledge) -> RuleBook:
    return read_rules(knowledge)


@pytest.fixture(scope="module")
def words() -> Lexicon:
    return lexicon(ROOT)


def drafted(text: str, knowledge: Knowledge, book: RuleBook, words: Lexicon, day: date | None = None) -> Amending:
    return amending(draft(text, words), "change", knowledge, book, words, day)


def proposed(made: Amending) -> dict[str, str]:
    """What the comments propose to replace, and which change they name."""
    found = re.findall(r"^#     pkb:replaces <([^>]+)> ;(?: # (.*))?$", made.turtle, re.MULTILINE)
    return {iri: f"{change}" for iri, change in found}


def test_the_rules_that_numbers_change_are_named(knowledge: Knowledge, book: RuleBook, words: Lexicon) -> None:
    """Of article 5 the area and the investment, each with its new number; of article 1 the four tiers in their order;
    of an article that is left out its clauses; nothing for what is new."""
    made = drafted(DECISION, knowledge, book, words)
    found = proposed(made)
    tiers = {iri: change for iri, change in found.items() if "volume" in iri}

    assert (made.day, made.sentences, made.changes) == (date(2025, 7, 1), 5, 3)
    assert found["shape/art-05-warehouse-area"] == "ge 500平方米 → 300平方米"
    assert found["shape/art-05-warehouse-investment"] == "ge 30万元 → 20万元"
    assert {change.partition(" ")[2] for change in tiers.values()} <= {
        "5亿元 → 6亿元", "3亿元 → 4亿元", "1亿元 → 2亿元", "5000万元 → 6000万元",
    }  # fmt: skip
    assert len({change.partition(" ")[2] for change in tiers.values()}) == 4
    assert any(iri.startswith("clause/art-02-") for iri in found)
    assert {iri.partition("/")[2][:6] for iri in found} <= {"art-01", "art-02", "art-05"}


def claims(knowledge: Knowledge, book: RuleBook) -> list[Claim]:
    """The numbers of the shipped rules that their words state, by which a decision could change them."""
    units = text_units(knowledge)
    return [
        claim
        for claim in collect(knowledge, book)
        if claim.clause
        and claim.unit
        and not claim.justified
        and not re.search("[“”，。；：（）()]", claim.words)
        and [one.value for one in scan(claim.words, units) if one.unit != "times"] == [claim.value]
    ]


@pytest.mark.proof
def test_whatever_number_a_decision_changes_its_rule_is_named(
    knowledge: Knowledge, book: RuleBook, words: Lexicon
) -> None:
    """For each number of the shipped rules a decision that puts another in its place: the rule that states it is among
    those that are proposed, and those that are proposed state that number."""
    units, tried = text_units(knowledge), 0
    every = claims(knowledge, book)
    for claim in every:
        article, stated = book.clauses[claim.clause].article, "".join(claim.words.split())
        (numeral,) = [one for one in scan(stated, units) if one.unit != "times"]
        other = re.sub(r"\d[\d,.]*|[一二三四五六七八九十]", "7", numeral.written, count=1)
        new = stated[: numeral.start] + other + stated[numeral.end :]
        text = f"决定\n\n一、将第{article}条中的“{stated}”修改为“{new}”。\n\n本决定自2025年7月1日起施行。\n"
        found = proposed(drafted(text, knowledge, book, words))
        home = book.document.iri
        alike = {c.iri.removeprefix(f"{home}/") for c in collect(knowledge, book) if c.value == claim.value}

        assert claim.iri.removeprefix(f"{home}/") in found, (claim, text, found)
        assert set(found) <= alike, (claim, found)
        tried += 1
    assert tried > 15


def test_a_draft_is_whole_and_changes_nothing_yet(
    knowledge: Knowledge, book: RuleBook, words: Lexicon, tmp_path: Path
) -> None:
    """Every character of the text is quoted, and until the rules are restated the document decides as before."""
    made = drafted(DECISION, knowledge, book, words)
    (tmp_path / "change.txt").write_text(DECISION, encoding="utf-8")
    (path := tmp_path / "change.ttl").write_text(made.turtle, encoding="utf-8")
    changed = load(ROOT, "szq-2020-12", (path,), date(2025, 7, 1))
    later, places = read_rules(changed), Places(changed)
    quoted = [one for one in later.provisions.values() if one.is_amending]

    assert list(check_quotes(DECISION, quoted, places, str)) == []
    assert later.clauses == book.clauses and later.groups == book.groups
    assert {name: one for name, one in later.provisions.items() if not one.is_amending} == book.provisions


@pytest.mark.parametrize(
    ("text", "day", "wanted"),
    [
        ("决定\n\n一、将第5条中的“500平方米”改为“300平方米”。\n\n自2025年7月1日起施行。\n", None, date(2025, 7, 1)),
        ("决定\n\n一、将第5条中的“500平方米”改为“300平方米”。\n\n某政府\n2025年6月20日\n", None, date(2025, 6, 20)),
        ("决定\n\n一、将第5条中的“500平方米”改为“300平方米”。\n", date(2025, 8, 1), date(2025, 8, 1)),
        ("决定\n\n一、将第5条中的“500平方米”改为“300平方米”。\n", None, None),
    ],
)
def test_the_day(
    text: str, day: date | None, wanted: date | None, knowledge: Knowledge, book: RuleBook, words: Lexicon
) -> None:
    """The day from which the text says it holds; else the one that it bears; else the one that is named, or a fault."""
    if wanted is None:
        with pytest.raises(CallError, match="--valid-from"):
            drafted(text, knowledge, book, words, day)
    else:
        assert drafted(text, knowledge, book, words, day).day == wanted


@pytest.mark.proof
def test_on_the_command_line(tmp_path: Path) -> None:
    """Drafted, verified with what is to be confirmed, and never written over; what does not fit together is told."""
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, tmp_path / name)
    for path in (tmp_path / "policy" / "szq-2020-12" / "overlays").glob("*.alt.ttl"):  # readings are tried elsewhere
        path.unlink()
    (text := tmp_path / "decision.txt").write_text(DECISION, encoding="utf-8")
    words = ["new", "2025-change", "--amends", "szq-2020-12", "--from", str(text), "--root", str(tmp_path)]

    def told(*more: str) -> str:
        with pytest.raises((CallError, KnowledgeError)) as fault:
            CliRunner().invoke(program(), [*more, "--lang", "en"], catch_exceptions=False)
        return fault.value.id

    done = CliRunner().invoke(program(), [*words, "--lang", "en"], catch_exceptions=False)
    verified = CliRunner().invoke(
        program(), ["verify", "--policy", "szq-2020-12", "--root", str(tmp_path), "--lang", "en"]
    )

    assert done.exit_code == 0 and "5 sentences, 3 of which seem to change rules" in " ".join(done.output.split())
    assert verified.exit_code == 1 and verified.output.count("[confirmed]") == 6
    assert "[overlays]" not in verified.output and "[ledger]" not in verified.output
    assert told(*words) == "draft-there"
    assert told("new", "x", "--amends", "szq-2020-12", "--root", str(tmp_path)) == "new-amends-from"
    assert told("new", "x", "--amends", "none", *words[4:]) == "unknown-policy"
    assert (
        told("new", "x", "--from", str(text), "--valid-from", "2025-01-01", "--root", str(tmp_path)) == "new-valid-from"
    )
    assert told(*words[:1], "y", *words[2:], "--valid-from", "2025-13-01") == "not-a-day"


@pytest.mark.proof
def test_what_was_confirmed_and_not_restated_is_told(
    knowledge: Knowledge, book: RuleBook, words: Lexicon, tmp_path: Path
) -> None:
    """Whoever takes the marks away without restating a rule is told of every new number that no rule states, and of
    none that was replaced."""
    for name in KNOWLEDGE:
        shutil.copytree(ROOT / name, tmp_path / name)
    made = drafted(DECISION, knowledge, book, words)
    beside = tmp_path / "policy" / "szq-2020-12" / "overlays"
    for path in beside.glob("*.alt.ttl"):  # readings are tried elsewhere
        path.unlink()
    (beside / "change.txt").write_text(DECISION, encoding="utf-8")
    (beside / "change.ttl").write_text(re.sub(r' ;\n    pkb:toConfirm "[^"]*"@zh', "", made.turtle), encoding="utf-8")
    changed = load(tmp_path, "szq-2020-12")
    told = [fault.what.en for fault in check_overlays(changed, (), Places(changed))]

    assert [re.findall("“(.*)”", one) for one in told] == [
        [number] for number in ("300平方米", "20万元", "6亿元", "4亿元", "2亿元", "6000万元", "3万元")
    ]
