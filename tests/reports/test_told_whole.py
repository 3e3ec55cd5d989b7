"""Sixty answers, told whole: every statement is in every format, or counted there as folded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import jsonschema
import pyoxigraph as ox
import pytest

from cases_runner import read_cases, to_record
from deciders import decider_with
from generated_records import generate
from policykb.answers.answer import Answer
from policykb.ask.graphs import prefixes
from policykb.model import Decision, Lang, Record, Text
from policykb.names import RDFS, SH
from policykb.reports.as_json import to_json
from policykb.reports.as_rdf import to_turtle
from policykb.reports.phrases import Phrases
from policykb.reports.quotes import readable
from policykb.reports.tell import tell
from policykb.reports.told import FindingTold, Item, Line, Section, Told
from told_formats import FORMATS, Texts, bare, texts

pytestmark = pytest.mark.proof

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "answer.schema.json"
FOLDING = ("table", "md")
"""The formats that fold."""
TENS = {"CNY": ("元", "万元", "亿元"), "USD": ("美元", "万美元", "")}


@dataclass(frozen=True, eq=False)
class Case:
    """An answer and how it is asked for."""

    name: str
    answer: Answer
    lang: Lang
    explain: bool = False
    everything: bool = False

    @property
    def phrases(self) -> Phrases:
        """The wordings in the language of the case."""
        kb = decider_with()
        return Phrases(kb.book, kb.vocabulary, kb.wording, self.lang)


@cache
def cases() -> tuple[Case, ...]:
    """The answers, half of them in either language."""
    found = [*_examples(), *_scenarios(), *_own(), *_generated()]
    return tuple(
        Case(name, answer, "zh" if number % 2 else "en", number % 3 == 0, everything)
        for number, (name, answer, everything) in enumerate(found)
    )


def _examples() -> Iterator[tuple[str, Answer, bool]]:
    kb = decider_with()
    files = ["one-enterprise.json", "office-2020.xlsx", *(f"bad/{p.name}" for p in sorted(EXAMPLES.glob("bad/*")))]
    for name in files:
        yield name, kb.apply(kb.read([EXAMPLES / name])), False


def _scenarios() -> Iterator[tuple[str, Answer, bool]]:
    """The first scenario of each record type and status under the default readings: 18 types, up to two statuses."""
    kb = decider_with()
    seen: set[tuple[str, str]] = set()
    for number, case in enumerate(read_cases("szq-2020-12")):
        if case.overlays:
            continue
        record = to_record(case, number, kb.vocabulary)
        wanted = (
            "invalid" if isinstance(case.expect, str) else "+".join(sorted(k["status"] for k in case.expect.values()))
        )
        if (record.type, wanted) in seen or sum(kind == record.type for kind, _ in seen) == 2:
            continue
        seen.add((record.type, wanted))
        answer = kb.apply([record], as_of=case.as_of, everything=number % 2 == 0)
        yield case.name, answer, number % 2 == 0


def _record(kind: str, period: str, id: str, name: str, code: str | None = None, **facts: object) -> Record:
    known = decider_with().vocabulary.facts
    typed = {fact: Decimal(str(value)) if known[fact].datatype == "decimal" else value for fact, value in facts.items()}
    return decider_with().record(kind, period, id=id, name=name, credit_code=code, **typed)  # type: ignore[arg-type]


def _own() -> Iterator[tuple[str, Answer, bool]]:
    """What the examples lack: markup in names, a record entered twice, one id for two, several kinds of subjects."""
    kb = decider_with()
    trade = {"producer": True, "tradeCNY": 60000000, "priorTradeCNY": 1, "tradeUSD": 9000000, "priorTradeUSD": 8000000}
    one = _record("EnterpriseYear", "2020", "x-1", "*示例* <b>|企业_甲_`#", "91370402MA0000015R", **trade)
    fee = _record(
        "Exhibition", "2020-11-05", "x-2", "乙公司", overseas=True, filedWithBureau=True, boothFeeCNY="1000.15"
    )
    zone = _record("ZoneAssessment", "2020", "x-3", "枣庄经济开发区", zaozhuangZone=True, cityRank=6, zoneCount=6)
    team = _record("TalentTeamSelection", "2020", "x-4", "丙团队", team=True, selfApplied=True, selected=True)
    early = _record("EnterpriseYear", "2019", "x-5", "丁公司", **trade)
    yield "markup and two kinds", kb.apply([one, fee]), False
    yield "entered twice", kb.apply([one, replace(one, id="x-9")]), False
    yield "one id for two", kb.apply([one, replace(fee, id="x-1")]), False
    yield "talk and programmes", kb.apply([zone, team]), False
    yield "last in the city", kb.apply([zone]), False
    yield "before the policy", kb.apply([early]), False
    yield "before and within", kb.apply([early, replace(early, id="x-6", period="2020")]), True
    yield "with readings", kb.apply([replace(one, name="戊公司"), team], readings=True), False
    yield "nothing", kb.apply([]), False


def _generated() -> Iterator[tuple[str, Answer, bool]]:
    """Sets of records of every type, several of one subject among them."""
    kb = decider_with()
    pool = [r for name in kb.vocabulary.record_types for r in generate(kb.book, kb.vocabulary, name, 3, 23)]
    for number in range(6):
        chosen = [replace(r, id=f"{number}-{r.id}", name=f"企业{place % 3}") for place, r in enumerate(pool[number::6])]
        yield f"generated {number}", kb.apply(chosen), number % 2 == 0


@cache
def told_of(case: Case) -> tuple[Told, Texts]:
    """What is told of a case, and the text of each format."""
    told = tell(case.answer, case.phrases, explain=case.explain, everything=case.everything)
    return told, texts(told, case.answer, case.phrases)


def test_there_are_sixty() -> None:
    """All record types, statuses, languages and switches are among them."""
    statuses = {d.status for case in cases() for d in case.answer.decisions}
    types = {r.type for case in cases() for r in case.answer.records}

    assert len(cases()) >= 60
    assert len(statuses) == 6
    assert types == set(decider_with().vocabulary.record_types)
    assert {(c.lang, c.explain) for c in cases()} == {(a, b) for a in ("zh", "en") for b in (True, False)}


# --- Every statement of the model


def statements(told: Told, form: str) -> Iterator[str]:
    """What a format has to say; of what it folds, the line that counts it."""
    yield told.title
    yield told.headline
    yield from (line.text for line in told.caveats)
    yield from [told.receipt_fold] if form == "table" else [line.text for line in told.receipt()]
    if form == "xlsx":
        yield from (text for one in told.notices() for text in (one.message, one.place))
    yield told.notices_fold
    for block in told.summary:
        yield block.heading
        yield from _texts(block.lines)
        for finding in block.findings:
            yield from _finding(finding)
        if block.table is not None:
            yield from (cell for row in (block.table.columns, *block.table.rows) for cell in row)
    for finding in told.findings:
        yield from _finding(finding)
    for subject in told.subjects:
        yield from (subject.name, subject.code)
        yield from _texts(subject.sums)
        for record in subject.records:
            yield from (record.heading,) if form in ("table", "md", "html") else (record.id, record.period, record.kind)
            yield from _texts(record.lines)
            for finding in record.findings:
                yield from _finding(finding)
            for section in record.sections:
                yield from _section(section, told, form)


def _texts(lines: tuple[Line, ...]) -> list[str]:
    return [one.text for line in lines for _, one in line.walk()]


def _finding(finding: FindingTold) -> tuple[str, ...]:
    return finding.place, finding.message, finding.mend


def _section(section: Section, told: Told, form: str) -> Iterator[str]:
    if form in ("table", "md", "html"):
        yield section.heading
    if section.is_folded and form in FOLDING:
        yield section.fold
        return
    for item in section.items:
        yield from _item(item, told, form)


def _item(item: Item, told: Told, form: str) -> Iterator[str]:
    yield from (item.title, item.status)
    if form != "csv":
        yield item.amount_text
    elif item.amount is not None:
        yield from (str(item.amount.min), item.amount.currency)
    if form in ("csv", "xlsx") or item.counts is None:
        yield item.counts_text
    yield from _texts(item.lines)
    if form == "xlsx" or (told.explains and form != "csv"):
        yield from _texts(item.criteria)


@pytest.mark.parametrize("form", FORMATS)
def test_every_statement_is_in_every_format(form: str) -> None:
    """Word for word; what is folded is counted with the right number."""
    for case in cases():
        told, written = told_of(case)
        lacking = [text for text in statements(told, form) if bare(text) not in written[form]]

        assert lacking == [], f"{case.name}, {form}"


def test_what_is_folded_is_counted() -> None:
    """The numbers in the line that stands for a folded section add up to its items."""
    folded = 0
    for case in cases():
        told, _ = told_of(case)
        for section in (s for subject in told.subjects for record in subject.records for s in record.sections):
            counted = sum(int(number) for number in re.findall(r"\d+", section.counts))
            folded += section.is_folded

            assert not section.is_folded or counted == len(section.items), case.name
            assert section.kind != "duty" or not section.is_folded
        assert int(re.findall(r"\d+", told.receipt_fold)[0]) == len(told.receipt())
        notices = list(told.notices())
        assert not notices or int(re.findall(r"\d+", told.notices_fold)[0]) == len(notices)
    assert folded > 20


# --- What must be told, from the answer itself


def owed(case: Case, folded: set[tuple[str, str]]) -> Iterator[str]:
    """What an answer owes to its reader, without the model: notes, findings, what is missing or awaited, words, sums.

    Args:
        case: the answer.
        folded: (record, clause) of what the format has folded.
    """
    phrases, lang = case.phrases, case.lang
    book = phrases.book
    for finding in case.answer.findings:
        if finding.severity != "info":
            yield from (finding.message.get(lang), finding.mend.get(lang))
    for group in case.answer.groups:
        if group.winner is None and group.amount is not None:
            yield book.groups[group.group].label.get(lang)
            yield readable(book.groups[group.group].words)
    for decision in case.answer.decisions:
        if (decision.record, decision.clause or "") in folded:
            continue
        yield from (finding.message.get(lang) for finding in decision.findings)
        if decision.status != "not-applicable":
            yield from (note.get(lang) for note in decision.notes)
        yield from _owed_for(case, decision)


def _owed_for(case: Case, decision: Decision) -> Iterator[str]:
    lang, vocabulary = case.lang, case.phrases.vocabulary
    yield from (vocabulary.facts[fact].label.get(lang) for fact in decision.missing)
    for _, body in decision.awaiting:
        named = body.id != "body-not-named"
        yield body.label.get(lang) if named else {"zh": "文件没写由谁定", "en": "that the policy does not name"}[lang]
    if decision.fallback is not None:
        yield readable(decision.fallback.quote)
    if decision.readings:
        yield from decision.readings
    for option in decision.options:
        yield readable(option.option.words)
        top = option.option.expression
        if top is not None and top.iri in option.values and not option.option.bands:
            uncapped = top.operands[0] if option.option.cap is not None else top
            reached = option.values[uncapped.iri].quantize(Decimal("0.01"), ROUND_HALF_UP)
            yield money(reached, option.amount.currency, lang)
    if decision.status == "eligible" and decision.amount is not None:
        ends = (decision.amount.min or decision.amount.max, decision.amount.max)
        yield from (money(end, decision.amount.currency, lang) for end in ends if end is not None)


def money(value: Decimal, currency: str, lang: Lang) -> str:
    """A sum as people write it: 万 or 亿 where that leaves two decimals at most, else in full."""
    plain = f"{value:,.2f}".rstrip("0").rstrip(".") if "." in f"{value:,.2f}" else f"{value:,.2f}"
    if lang == "en":
        return {"CNY": "RMB ", "USD": "US$"}[currency] + plain
    for power, name in ((8, TENS[currency][2]), (4, TENS[currency][1])):
        scaled = value / 10**power
        if name and scaled >= 1 and scaled * 100 == int(scaled * 100):
            return f"{scaled:.2f}".rstrip("0").rstrip(".") + name
    return plain + TENS[currency][0]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_is_owed_is_lost(form: str) -> None:
    """Notes, findings with their mends, what is missing and awaited, words, fallbacks, arithmetic and sums."""
    count = 0
    for case in cases():
        told, written = told_of(case)
        folded = {
            (record.id, item.source)
            for subject in told.subjects
            for record in subject.records
            for section in record.sections
            for item in section.items
            if section.is_folded and form in FOLDING
        }
        required = list(owed(case, folded))
        if form == "csv":
            # Sums stand there as plain numbers.
            required = [text for text in required if not re.search(r"\d(元|万元|亿元|美元|万美元)$|^(RMB|US\$)", text)]
        count += len(required)

        assert [text for text in required if bare(text) not in written[form]] == [], f"{case.name}, {form}"
    assert count > 500


def test_no_format_promises_what_nobody_knows() -> None:
    """上不封顶 and the name of an official act (初核) are never said."""
    for case in cases():
        _, written = told_of(case)
        for form in FORMATS:
            assert not re.search("上不封顶|初核|审核汇总", written[form]), f"{case.name}, {form}"


# --- As data


def test_json_has_it_all_as_data() -> None:
    """Caveats, notes, findings, missing facts, bodies, fallbacks, options and readings."""
    schema = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for case in cases():
        told = json.loads(to_json(case.answer, case.phrases))
        schema.validate(told)
        text = bare(json.dumps(told, ensure_ascii=False).replace('\\"', '"').replace("\\n", ""))
        required = [line.text for line in tell(case.answer, case.phrases).caveats]
        for decision in case.answer.decisions:
            required += [note.get(case.lang) for note in decision.notes]
            required += [*decision.missing, *(body.label.get(case.lang) for _, body in decision.awaiting)]
            required += [option.option.iri.rsplit("/", 1)[-1] for option in decision.options]
            required += [decision.fallback.quote] if decision.fallback else []
            required += [one.criterion.id for one in decision.criteria]
        for finding in case.answer.findings:
            required += [finding.message.get(case.lang), finding.mend.get(case.lang), finding.place.file]

        assert [one for one in required if bare(one) not in text] == [], case.name


def test_turtle_has_it_all_as_data() -> None:
    """Every finding is a resource with message, mend and record; notes stand with the decisions they belong to."""
    kb = decider_with()
    for case in cases():
        store = ox.Store()
        data = to_turtle(case.answer, kb.book, prefixes(kb.knowledge))
        store.load(data.encode(), format=ox.RdfFormat.TURTLE)
        results = list(store.quads_for_pattern(None, SH.resultMessage, None))
        said = {(q.object.value, q.object.language) for q in store if isinstance(q.object, ox.Literal)}
        wanted = [text for d in case.answer.decisions for text in d.notes]
        wanted += [text for finding in case.answer.findings for text in (finding.message, finding.mend)]

        assert len(results) == sum(len(_worded(finding.message)) for finding in case.answer.findings), case.name
        assert [one for text in wanted for one in _worded(text) if one not in said] == [], case.name
        assert list(store.quads_for_pattern(None, RDFS.comment, None)) or not wanted


def _worded(text: Text) -> list[tuple[str, Literal["zh", "en"]]]:
    both: list[tuple[str, Literal["zh", "en"]]] = [(text.zh, "zh"), (text.en, "en")]
    return [(words, lang) for words, lang in both if words]
