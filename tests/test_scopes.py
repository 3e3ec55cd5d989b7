"""What is combined over several records of one subject: caps, one by choice, what excludes the rest.

The fixture is a made-up district: at most 100,000 yuan a year for exhibitions (half of each booth fee); 120,000 for
volume; a warehouse 40,000 and a platform 30,000, both at most 20 % of the platform fee; of two awards for referrals
(50,000 and 80,000) one by choice; all of that at most 200,000 a year; and over all years 300,000 for a foreign-funded
project, beside which there is no aid of 60,000 for a chain project.
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from made import beside_the_shipped
from policykb.advice.questions import next_questions
from policykb.answers.answer import Answer
from policykb.answers.joint import combined
from policykb.answers.run import Run
from policykb.api import Policykb, load_policykb
from policykb.cli import program
from policykb.engines.joint import Case, Found, Summand, combine
from policykb.errors import KnowledgeError
from policykb.law.readings import read_readings
from policykb.model import Envelope, Text
from policykb.shelf import load_documents
from policykb.site.addresses import addresses
from policykb.site.content import Content
from policykb.site.pages.clauses import group_page
from policykb.site.pages.document import article_page

ROOT = Path(__file__).parents[1]
FIXTURE = Path(__file__).parent / "fixtures" / "scopes"
PROJECTS = "<clause/art-06-foreign>", "<clause/art-06-chain>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base with the made-up document beside the shipped one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


@pytest.fixture(scope="module")
def kb(folder: Path) -> Policykb:
    """The made-up document."""
    return load_policykb(folder, "demo-2023")


def stated(name: str, type: str, period: str, subject: str = "甲公司", **facts: Any) -> dict[str, Any]:
    """A record as in JSON."""
    return {"id": name, "type": type, "period": period, "subject": {"name": subject}, **facts}


def booth(name: str, fee: int, period: str = "2023-05-01", subject: str = "甲公司", **facts: Any) -> dict[str, Any]:
    """An exhibition; abroad unless said otherwise."""
    return stated(name, "Exhibition", period, subject, **{"overseas": True, "boothFeeCNY": fee, **facts})


def year(name: str = "y", period: str = "2023", **facts: Any) -> dict[str, Any]:
    """A year of an enterprise in which nothing is had but what is stated."""
    given = {"tradeCNY": 0, "sellsViaPlatform": False, "overseasWarehouseArea": 0, **facts}
    return stated(name, "EnterpriseYear", period, **{k: v for k, v in given.items() if v is not None})


TALENT = stated("t", "TalentReferral", "2023-02-01", fullTime=True)
PROJECT = stated("p", "ProjectReferral", "2023-03-01", newlyIntroduced=True)
FOREIGN = stated("f", "ForeignCapitalProject", "2021", foreignInvested=True)
CHAIN = stated("c", "ChainProject", "2023", chainProject=True)
MAYBE = {key: value for key, value in FOREIGN.items() if key != "foreignInvested"}

BOTH = {"sellsViaPlatform": True, "overseasWarehouseArea": 1}

# The records, and the least and the most of all that is had.
TOLD: dict[str, tuple[list[dict[str, Any]], int, int]] = {
    "below the cap": ([booth("a", 100_000), booth("b", 60_000)], 80_000, 80_000),
    "on the cap": ([booth("a", 100_000), booth("b", 100_000)], 100_000, 100_000),
    "one fen over it is gone": ([booth("a", 100_000), booth("b", 100_000), booth("c", 1)], 100_000, 100_000),
    "another year": ([booth("a", 200_000), booth("b", 100_000, "2022-05-01")], 150_000, 150_000),
    "another subject": ([booth("a", 200_000), booth("b", 100_000, subject="乙公司")], 150_000, 150_000),
    "an open member above the cap": ([booth("a", 200_000), booth("b", 90_000, overseas=None)], 100_000, 100_000),
    "an open member below the cap": ([booth("a", 160_000), booth("b", 90_000, overseas=None)], 80_000, 100_000),
    "a cap worked out": ([year(**BOTH, platformFeeCNY=300_000)], 60_000, 60_000),
    "a cap worked out to nothing": ([year(sellsViaPlatform=True, platformFeeCNY=0)], 0, 0),
    "a cap not reached": ([year(sellsViaPlatform=True, platformFeeCNY=150_000)], 30_000, 30_000),
    "a cap of which nothing is known": ([year(sellsViaPlatform=True)], 0, 30_000),
    "one by choice": ([TALENT, PROJECT], 80_000, 80_000),
    "one that is open": ([TALENT, {**PROJECT, "newlyIntroduced": None}], 50_000, 80_000),
    "the total of the year": ([booth("a", 300_000), TALENT, year(tradeCNY=8_000_000)], 200_000, 200_000),
    "what excludes, in another year": ([FOREIGN, CHAIN], 300_000, 300_000),
    "what excludes and is not had": ([{**FOREIGN, "foreignInvested": False}, CHAIN], 60_000, 60_000),
    "what may exclude": ([MAYBE, CHAIN], 60_000, 300_000),
}  # fmt: skip


def apply(kb: Policykb, records: list[dict[str, Any]]) -> Answer:
    """What is decided of records, those without a value left out."""
    return kb.apply([{name: value for name, value in one.items() if value is not None} for one in records])


@pytest.mark.parametrize("case", TOLD)
def test_totals(kb: Policykb, case: str) -> None:
    """What all subjects come to together, worked out by hand; every total is the sum of what counts."""
    records, low, high = TOLD[case]

    answer = apply(kb, records)

    sums = [one.total["CNY"] for one in answer.enterprises if one.total]
    assert (sum(one.min for one in sums), sum(one.max or 0 for one in sums)) == (low, high)
    counted = [one.amount for one in answer.entitlements]
    assert (sum(one.min for one in counted), sum(one.max or 0 for one in counted)) == (low, high)


def test_what_only_a_cap_lacks_is_asked_for(kb: Policykb) -> None:
    """Of a platform 30,000 yuan are had up to a share of its fee: the fee settles them, and no decision by itself.

    Where the subject has a record that states the fee, or none that could, nobody is asked.
    """
    columns = ("record", "factId", "question", "decisions", "money", "currency")

    def asked(*records: dict[str, Any]) -> list[tuple[Any, ...]]:
        found = next_questions(kb, apply(kb, list(records)), "en")
        return [tuple(row.get(name) for name in columns) for row in found]

    question = (
        "How much did the enterprise pay in service fees (mainly yearly fees for basic network service) to "
        "cross-border e-commerce platforms in the year?"
    )
    platform = year(sellsViaPlatform=True)
    assert asked(platform) == [("y", "platformFeeCNY", question, 0, Decimal("30000.00"), "CNY")]
    assert asked(platform, year("z", "2022", sellsViaPlatform=True, platformFeeCNY=150_000)) == asked(platform)
    assert asked(year(sellsViaPlatform=True, platformFeeCNY=150_000)) == []


def test_winner_and_losers_are_named_across_records(kb: Policykb) -> None:
    """Of two awards by choice the higher is had; the other says which one, and on which record."""
    answer = apply(kb, [TALENT, PROJECT])
    talent, project = (one for one in answer.decisions if one.amount is not None)

    assert (talent.selected, talent.suppressed_by, talent.suppressed_in) == (False, "art-05-project", "p")
    assert (project.selected, project.suppressed_by) == (True, None)


def test_equal_members_the_first_is_had(kb: Policykb) -> None:
    """Of two records that give as much the first stated is had."""
    answer = apply(kb, [TALENT, {**TALENT, "id": "u"}])

    assert [(one.record, one.clause) for one in answer.entitlements] == [("t", "art-05-talent")]


@pytest.mark.parametrize("engine", ["sparql", "columns"])
def test_engines_agree(folder: Path, engine: str) -> None:
    """Whatever decides the records, the groups leave the same."""
    records = []
    for case, (own, _, _) in TOLD.items():
        for one in own:
            subject = {"name": f"{one['subject']['name']} {case}"}
            records.append({**one, "id": str(len(records)), "subject": subject})

    answer = apply(load_policykb(folder, "demo-2023", engine=engine), records)

    for case, (_, low, high) in TOLD.items():
        sums = [
            one.total["CNY"] for one in answer.enterprises if (one.name or "").partition(" ")[2] == case and one.total
        ]
        assert (case, sum(one.min for one in sums), sum(one.max or 0 for one in sums)) == (case, low, high)


@pytest.mark.proof
def test_every_format_tells_the_same(folder: Path, tmp_path: Path) -> None:
    """The JSON answer says what each group did; the text quotes the words, and no format loses the sum."""
    source = tmp_path / "r.json"
    source.write_text(json.dumps({"records": [booth("a", 300_000), TALENT, PROJECT, FOREIGN, CHAIN]}), "utf-8")
    words = ["apply", str(source), "--root", str(folder), "--policy", "demo-2023", "--lang", "zh", "--format"]

    said = {
        form: CliRunner().invoke(program(), [*words, form]) for form in ("json", "jsonl", "table", "md", "html", "ttl")
    }

    assert {form: one.exception for form, one in said.items()} == dict.fromkeys(said)
    answer = json.loads(said["json"].stdout)
    joints = {one["group"]: one for one in answer["joints"]}
    assert joints["art-01-year"]["amount"] == {"min": "100000.00", "max": "100000.00", "currency": "CNY"}
    assert joints["art-05-choice"]["winner"] == {"record": "p", "clause": "art-05-project"}
    assert joints["art-06-excluded"]["winner"] == {"record": "f", "clause": "art-06-foreign"}
    assert answer["enterprises"][0]["total"] == {"CNY": {"min": "480000.00", "max": "480000.00"}}
    for form in ("table", "md", "html"):
        assert "48万元" in said[form].stdout
        text = said[form].stdout.replace("\n", "").replace(" ", "")
        assert "由企业择一享受，不得重复" in text
        assert "已享受“外资项目奖励”30万元，这一项不再享受" in text


@pytest.mark.proof
def test_screen_combines(folder: Path, tmp_path: Path) -> None:
    """The command says what a group over several records leaves: of 150,000 yuan for two fairs the cap of 100,000."""
    rows = "a,2023-05-01,甲,是,200000\nb,2023-06-01,甲,是,100000\n"
    (tmp_path / "Exhibition.csv").write_text(f"id,period,name,overseas,boothFeeCNY\n{rows}", "utf-8")
    words = ["screen", str(tmp_path / "Exhibition.csv"), "--root", str(folder), "--policy", "demo-2023", "--lang", "en"]

    for more in (["--totals"], ["--format", "csv"]):
        said = CliRunner().invoke(program(), [*words, *more, "--out", str(tmp_path / f"out{len(''.join(more))}")])

        assert said.exception is None
        assert "1 case changed, from 150,000.00 CNY to 100,000.00 CNY" in said.stdout
        assert "100,000.00 CNY" in said.stdout.split("Total")[1].splitlines()[0]


def test_screen_tells_no_change_where_there_is_none(tmp_path: Path) -> None:
    """A booth of 19,000 and one of 20,000 that is not filed yet stay below the cap of 60,000, whatever comes."""
    rows = "a,2024-05-01,甲,是,38000,是\nb,2024-06-01,甲,是,90000,\n"
    (tmp_path / "Exhibition.csv").write_text(f"id,period,name,overseas,boothFeeCNY,filedWithBureau\n{rows}", "utf-8")
    words = ["screen", str(tmp_path / "Exhibition.csv"), "--policy", "qitang-2024", "--lang", "en", "--totals"]

    said = CliRunner().invoke(program(), [*words, "--out", str(tmp_path / "out")])

    assert said.exception is None
    assert "1 case, and the sums stay at 19,000.00 – 39,000.00 CNY" in said.stdout
    assert "changed" not in said.stdout


def test_both_documents_together(folder: Path, kb: Policykb) -> None:
    """Beside another document the groups of each bind its own clauses alone."""
    answer = apply(load_documents(folder), [booth("a", 300_000)])

    assert {one.group for one in answer.joints} == {"demo-2023/art-01-year", "demo-2023/art-04-year"}
    own = [one for one in answer.entitlements if one.source.startswith("demo-2023/")]
    assert [(one.source, one.amount.max) for one in own] == [("demo-2023/art-01-year", 100_000)]


@pytest.mark.proof
def test_highest_across_documents(tmp_path: Path) -> None:
    """Where a document says that with another one only the higher is had, the lower is not; alone it says so.

    `screen` gives the same, in a folder for each document.

    The shipped document gives 100,000 yuan for trade of fifty million, the made-up one 120,000.
    """
    folder = beside_the_shipped(tmp_path, FIXTURE)
    path = folder / "policy" / "demo-2023" / "document.ttl"
    across = """
<clause/art-02-other> a pkb:Group ;
    rdfs:label "与其他政策就高，不重复"@zh , "The higher one of this and other policies"@en ;
    pkb:scope pkb-scope:subject-year ;
    pkb:combination pkb-combine:highest ;
    pkb:member <clause/art-02-volume> , <https://w3id.org/policykb/id/szq-2020-12/clause/art-01-volume> ;
    dct:source <art-05-s3> ;
    pkb:words "不得重复" .
"""
    text = path.read_text("utf-8").replace("<clause/art-02-volume> ,", "<clause/art-02-other> ,")
    path.write_text(text + across, "utf-8")
    facts = {"producer": True, "tradeCNY": 60_000_000, "priorTradeCNY": 50_000_000, "tradeRank": 9}
    facts |= {"priorTradeUSD": 9_000_000, "tradeUSD": 9_000_000}
    records = [year(**facts)]

    alone = apply(load_policykb(folder, "demo-2023"), records)
    both = apply(load_documents(folder), records)

    (own,) = (d for d in alone.decisions if d.clause == "art-02-volume")
    assert "与其他政策就高，不重复" in [note.zh for note in own.notes]
    had = {one.source: one.amount.max for one in both.entitlements}
    assert had.get("demo-2023/art-02-volume") == 120_000
    assert "szq-2020-12/art-01-volume" not in {name for name in had}
    (lost,) = (d for d in both.decisions if d.clause == "szq-2020-12/art-01-volume")
    assert (lost.status, lost.suppressed_by) == ("eligible", "demo-2023/art-02-volume")

    stated = {"id": "a", "period": "2023", "name": "甲", **facts}
    table = ",".join(stated), ",".join(str(value).lower() for value in stated.values())
    (tmp_path / "EnterpriseYear.csv").write_text("\n".join(table) + "\n", "utf-8")
    _screened_by_both(tmp_path, folder)

    path.write_text((text + across).replace("clause/art-01-volume", "clause/art-01-size"), "utf-8")
    with pytest.raises(KnowledgeError, match="szq-2020-12/art-01-size"):
        load_documents(folder)


def _screened_by_both(tmp_path: Path, folder: Path) -> None:
    """Each document has its own row, and the lower of the two says by which clause of the other one it is lost."""
    table, out = str(tmp_path / "EnterpriseYear.csv"), tmp_path / "screened"
    call = ["screen", table, "--root", str(folder), "--lang", "en", "--out", str(out)]
    said = CliRunner().invoke(program(), call)
    assert said.exception is None
    assert "Over several records, demo-2023/art-02-other" in said.output
    rows = [
        (slug, row["clause"], row["amount_max"], row["suppressed_by"])
        for slug in ("demo-2023", "szq-2020-12")
        for row in pl.read_parquet(out / slug / "decisions" / "*.parquet").iter_rows(named=True)
        if row["clause"] in ("art-02-volume", "art-01-volume")
    ]
    assert rows == [
        ("demo-2023", "art-02-volume", 120_000, None),
        ("szq-2020-12", "art-01-volume", 100_000, "demo-2023/art-02-volume"),
    ]


def test_pages(kb: Policykb, folder: Path) -> None:
    """The site has a page for each group, with its words, over what it combines, and its members; queries list it."""
    content = Content(kb, read_readings(kb.knowledge), addresses(kb), folder)
    page = group_page(content.view("zh", "clauses/art-04-year.html"), kb.book.joints["art-04-year"])
    article = article_page(content.view("en", "articles/04.html"), kb.book.article(4))

    assert "各类资金总额不超过20万元" in page and "同一主体同一年度" in page and "规模奖励" in page
    assert "At most 200,000 yuan a year in all" in article
    assert {row["group"] for row in kb.ask("combinations")} == set(kb.book.joints)


# --- Refused -------------------------------------------------------------------------------------------------------

CHANGED = {
    "a cap beside a choice": ("pkb-combine:choice ;", "pkb-combine:choice ;\n    schema:maxValue 5.0 ;", "maxValue"),
    "a sum without a cap": ("    schema:maxValue 100000.0 ;\n", "", "art-01-year"),
    "two caps": ("    pkb:rate 0.2 ;\n", "    pkb:rate 0.2 ;\n    schema:maxValue 5.0 ;\n", "art-03-share"),
    "half a cap": ("    pkb:rate 0.2 ;\n", "", "art-03-share"),
    "a cap in another unit": ("pkb:base pkb:platformFeeCNY", "pkb:base pkb:tradeUSD", "tradeUSD"),
    "a cap of an unknown item": ("pkb:base pkb:platformFeeCNY", "pkb:base pkb:noSuchFact", "noSuchFact"),
    "a scope that is none": ("pkb-scope:subject ;", "pkb-scope:lifetime ;", "lifetime"),
    "a wider one within": ("<clause/art-05-choice> ;", "<clause/art-05-choice> , <clause/art-06-excluded> ;", "art-06"),
    "a clause of two groups": ("<clause/art-02-volume> ,", f"<clause/art-02-volume> , {PROJECTS[1]} ,", "chain"),
    "nothing that excludes": ("    pkb:excluding <clause/art-06-foreign> ;\n", "", "art-06-excluded"),
    "what excludes is no member": (f"excluding {PROJECTS[0]}", "excluding <clause/art-02-volume>", "excluding"),
    "all exclude": (f"excluding {PROJECTS[0]}", f"excluding {PROJECTS[0]} , {PROJECTS[1]}", "excl"),
    "a choice of one": ("pkb:member <clause/art-05-talent> , ", "pkb:member ", "art-05-choice"),
}  # fmt: skip


@pytest.mark.proof
@pytest.mark.parametrize("case", CHANGED)
def test_what_no_engine_combines_is_refused(folder: Path, case: str) -> None:
    """A group that is not decided is refused when loading, with file, line and mend."""
    before, after, named = CHANGED[case]
    path = folder / "policy" / "demo-2023" / "document.ttl"
    text = (FIXTURE / "policy" / "demo-2023" / "document.ttl").read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    try:
        with pytest.raises(KnowledgeError, match=rf"document\.ttl, line \d+(?s:.*){named}"):
            load_policykb(folder, "demo-2023")
    finally:
        path.write_text(text, "utf-8")


# --- Every completion, by brute force ------------------------------------------------------------------------------


def _summand(random: Random) -> Summand:
    """A sum that is settled, left open by the text, open in its amount, or may not be had at all."""
    low = Decimal(random.randint(1, 6))
    high = None if random.random() < 0.1 else low + random.randint(0, 4)
    kind = random.randrange(4)
    if kind == 0:
        return Summand(True, random.random() < 0.5, low, low, low)
    if kind == 1:
        return Summand(True, random.random() < 0.5, Decimal(0), Decimal(0), high)
    return Summand(False, random.random() < 0.5, low, low if kind == 2 else Decimal(0), high)


HUGE = Decimal(10) ** 9


def _values(one: Summand) -> list[Decimal | None]:
    """What a sum may be, from its ends; None where it is not had."""
    ends: list[Decimal | None] = [one.had if not one.is_settled else one.low, HUGE if one.high is None else one.high]
    return ends if one.is_settled or one.low > 0 else [None, *ends]


def _outcome(case: Case, values: tuple[Decimal | None, ...], cap: Decimal) -> Decimal:
    had = [value for value in values if value is not None]
    if case.combination == "sum":
        return min(sum(had, Decimal(0)), cap)
    if case.combination in ("highest", "choice"):
        return max(had, default=Decimal(0))
    first = [v for v, one in zip(values, case.members, strict=True) if v is not None and one.excludes]
    return sum(first or had, Decimal(0))


def _wins(case: Case, worlds: list[tuple[Decimal | None, ...]], place: int) -> bool:
    """Whether in every world this member is the highest, and the first of equal ones."""
    for values in worlds:
        mine = values[place]
        if mine is None or any(
            other is not None and (other > mine or (other == mine and at < place)) for at, other in enumerate(values)
        ):
            return False
    return True


def agrees(case: Case, found: Found) -> bool:
    """Whether what was found is what all completions come to."""
    caps = [HUGE * 9] if case.cap is None else [case.cap[0], HUGE * 9 if case.cap[1] is None else case.cap[1]]
    worlds = list(product(*map(_values, case.members)))
    outcomes = {_outcome(case, values, cap) for values in worlds for cap in caps}
    ends = min(outcomes), None if max(outcomes) >= HUGE else max(outcomes)
    if found.how == "apart":
        added = {sum((v for v in values if v is not None), Decimal(0)) for values in worlds}
        return outcomes == added
    if found.how == "winner" and case.combination == "excluded":
        sure = [one.excludes and None not in _values(one) for one in case.members]
        return found.winner == sure.index(True)
    winner = next((p for p in range(len(case.members)) if _wins(case, worlds, p)), None)
    if case.combination in ("highest", "choice") and (found.how == "winner") != (winner is not None):
        return False
    if found.how == "winner":
        return found.winner == winner and found.ends == ends
    is_known = len(outcomes) == 1 or all(one.is_settled for one in case.members)
    return found.ends == ends and (found.status != "eligible" or is_known)


def cases_of(random: Random, count: int) -> list[Case]:
    """Cases of every combination, with caps that are known, lie between two ends, or are not known at all."""
    cases = []
    for _ in range(count):
        members = tuple(_summand(random) for _ in range(random.randint(1, 4)))
        combination = random.choice(["sum", "sum", "highest", "choice", "excluded"])
        low = Decimal(random.randint(0, 12))
        cap = random.choice([(low, low), (low, low + random.randint(0, 5)), (Decimal(0), None)])
        cases.append(Case(combination, members, cap if combination == "sum" else None))
    return cases


def test_every_completion() -> None:
    """Whatever is missing comes to, the ends are those of all that may be; who wins wins in every case."""
    cases = cases_of(Random(2023), 2000)

    found = combine(cases, ROOT)

    assert [(case, one) for case, one in zip(cases, found, strict=True) if not agrees(case, one)] == []


def test_a_fund_beside_a_cap_over_all_years(kb: Policykb) -> None:
    """30,000 of 2022 and 100,000 of 2023 come to a cap of 100,000 over all years: of that 0 to 30,000 are of 2022, and
    70,000 to 100,000 of 2023, beside a fund of 90,000 a year."""
    capped = next(group for group in kb.book.joints.values() if group.cap == 100_000)
    fund = Envelope(f"{capped.iri}-fund", Text("资金", "fund"), capped.members, Decimal(90_000), "CNY", "CNY", True)
    book = replace(kb.book, joints={capped.id: replace(capped, scope="subject")}, envelopes=(fund,))
    records = kb.reading_of([booth("a", 60_000, "2022-05-01"), booth("b", 200_000)]).records

    answer = combined(Run.by(kb.decider, records).answer(), book)

    told = {one.rule: one.message.en for one in answer.findings if one.rule.startswith("envelope-")}
    assert sorted(told) == ["envelope-open", "envelope-within"]
    assert "0 to 30000" in told["envelope-within"].replace("RMB ", "").replace(",", "")
    assert "70000 to 100000" in told["envelope-open"].replace("RMB ", "").replace(",", "")


def test_what_is_had_counts_as_part_of_the_sum(kb: Policykb) -> None:
    """An award that a group within the record grants, and a cap over several limits, is counted with the others."""
    answer = apply(kb, [booth("a", 100_000), booth("b", 100_000), booth("c", 1)])
    chosen = [replace(one, selected=True) for one in answer.decisions]
    lost = [replace(one, selected=False) for one in answer.decisions]

    assert set(replace(answer, decisions=tuple(chosen)).counting().values()) == {True, None}
    assert set(replace(answer, decisions=tuple(lost)).counting().values()) == {True, False}
