"""Generated rules on generated records: SPARQL, the column engines, pySHACL and the oracle come to one answer.

`POLICYKB_SOAK` sets how many rule sets are tried; each gives some 240 decisions. A difference is shown by the smallest
example that still has it.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn
from unittest.mock import ANY

import pyarrow as pa
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from column_tables import by_columns, by_sparql
from generated_rules import NAMES, ClauseSpec, RuleSet, rule_sets
from generated_turtle import to_turtle, to_turtles
from generated_worlds import WORLDS, Drawn, drawn_records, in_places
from minimal import Example, smallest
from oracle import UNKNOWN, as_of, completions, group_verdict, is_covered, rounded, verdict
from policykb.answers.decisions import Decider
from policykb.answers.run import Run
from policykb.api import Policykb, load_policykb
from policykb.engines.columns.engine import ColumnsEngine
from policykb.engines.shacl import ShaclEngine
from policykb.engines.sparql import SparqlEngine
from policykb.errors import PolicykbError
from policykb.law.completion import complete
from policykb.law.overlays import Scenario, apply_overlay, read_overlay
from policykb.law.rules import read_rules
from policykb.model import Place, Record
from policykb.names import PKB
from policykb.verify.prove import prove
from soaking import times

RECORDS = 40
EXAMPLES = times(6)
SPARK_EVERY = 40
"""Spark takes seconds for what Polars does in a fifth of one, so it decides every so many rule sets, and the sixth."""

COMPLETED = 30
"""About how many records of a rule set are completed and decided again."""

MONEY = (pa.decimal128(18, 2), pa.decimal128(18, 3), pa.decimal128(18, 4), pa.decimal128(24, 4), pa.int64())
"""The types of decimals in a file: with at most 18 digits they are counted in 64 bits, wider ones stay decimals."""

COUNTED: Counter[str] = Counter()
PROVED: dict[ClauseSpec, bool] = {}
"""Whether the proof refuses a clause, since its parts contradict each other."""

Answers = dict[tuple[str, str], tuple[Any, ...]]
"""By record and clause: status, amounts, whether selected, missing and awaited facts; what is not told is `ANY`."""


class Difference(Exception):
    """An engine and the column engine differ: on which clauses, on one record, and on which type of decimals."""

    def __init__(self, engine: str, example: Example, money: pa.DataType, said: str) -> None:
        super().__init__(said)
        self.engine, self.example, self.money = engine, example, money


FOUND: list[Difference] = []


@cache
def ground() -> Policykb:
    """The shipped knowledge base, of its clauses only those that are replaced, and no group."""
    kb, store = load_policykb(), ox.Store()
    store.extend(kb.knowledge.store)
    for clause in kb.book.clauses.values():
        if clause.id not in NAMES:
            _forget(store, ox.NamedNode(clause.iri))
    for group in kb.book.groups.values():
        _forget(store, ox.NamedNode(group.iri))
    return replace(kb, knowledge=replace(kb.knowledge, store=store))


def loaded(rules: RuleSet) -> Policykb:
    """The shipped knowledge base with these clauses in place of all of its own.

    Its items have no units here: drawn rules add and divide whatever they come upon, and no engine asks for units.
    """
    kb = ground()
    knowledge, store = kb.knowledge, ox.Store()
    store.extend(knowledge.store)
    for fact in knowledge.instances(PKB.Fact):
        for quad in list(store.quads_for_pattern(fact, PKB.unit, None)):
            store.remove(quad)
    ids = {spec.id for spec in rules.clauses}
    for name in NAMES:
        for option in kb.book.clauses[name].options:
            _forget(store, ox.NamedNode(option.iri))  # else the clause restated would have it by its name
        if name not in ids:
            _forget(store, ox.NamedNode(kb.book.clauses[name].iri))
    for number, turtle in enumerate(to_turtles(rules)):
        overlay = read_overlay(knowledge.root, knowledge.policy, Scenario(f"generated {number}", turtle))
        apply_overlay(store, overlay)
    complete(store, knowledge.root, knowledge.source)
    mine = replace(knowledge, store=store)
    book = read_rules(mine)
    decider = Decider(book, book.vocabulary, book.record_rules, kb.wording, SparqlEngine(book))
    return Policykb(mine, book, book.vocabulary, kb.wording, decider)


def _forget(store: ox.Store, thing: ox.NamedNode) -> None:
    """Take a clause or a group away, and what points to it."""
    for quad in (*store.quads_for_pattern(thing, None, None), *store.quads_for_pattern(None, None, thing)):
        store.remove(quad)


def as_records(rules: RuleSet, found: Sequence[Drawn]) -> list[Record]:
    """Records of the type that the rules are about."""
    return [
        Record(
            f"r{n}",
            rules.world,
            drawn.period,
            f"r{n}",
            None,
            drawn.facts.get("division"),
            {name: value for name, value in drawn.facts.items() if name != "division"},
            Place("generated"),
        )
        for n, drawn in enumerate(found)
    ]


def by_oracle(rules: RuleSet, found: Sequence[Drawn]) -> Answers:
    """Status, amounts, selection and what is missing by trying out completions; too many of them are left out."""
    answer: Answers = {}
    for number, drawn in enumerate(found):
        if not is_covered(drawn.period, rules.day):
            answer |= {(f"r{number}", spec.id): ("not-in-force", None, None, None, None) for spec in rules.clauses}
            continue
        on = as_of(drawn.period, rules.day)
        verdicts = {spec.id: verdict(spec, drawn.facts, on) for spec in rules.clauses}
        members = [(name, verdicts[name]) for name in NAMES if name in rules.group and name in verdicts]
        known = all(v is not None for _, v in members)
        winner = group_verdict([(n, v) for n, v in members if v is not None])[0] if known else None
        open_members = any(v is not None and v.status != "not-eligible" for _, v in members)
        for name, found_ in verdicts.items():
            if found_ is None:
                continue
            selected: Any = None
            if name in rules.group:
                selected = ANY if not known else (winner == name) if winner else (None if open_members else False)
            answer[f"r{number}", name] = (found_.status, rounded(found_.amount), selected, ANY, ANY)
    return answer


def by_shacl(kb: Policykb, rules: RuleSet, found: Sequence[Drawn]) -> Answers:
    """Statuses of the first records by the reference."""
    part = as_records(rules, found[:5])
    statuses = ShaclEngine(kb.book, {spec.id for spec in rules.clauses}).statuses(part, rules.day)
    return {
        (record.id, name): (status, ANY, ANY, ANY, ANY)
        for record, found_ in zip(part, statuses, strict=True)
        for name, status in found_.items()
    }


@cache
def spark() -> Any:
    """The columns on Spark; what runs it is shared with the other tests of Spark."""
    from policykb.columns.engines import SparkEngine
    from policykb.columns.spark import connect

    session = connect("local[2]").newSession()
    session.conf.set("spark.sql.leafNodeDefaultParallelism", "1")
    session.conf.set("spark.sql.shuffle.partitions", "1")
    return SparkEngine(session)


def answers(engine: str, kb: Policykb, rules: RuleSet, found: Sequence[Drawn], money: pa.DataType) -> Answers:
    """What an engine says; "columns" are those on Polars."""
    records, day = as_records(rules, found), rules.day
    tell: dict[str, Callable[[], Answers]] = {
        "columns": lambda: dict(by_columns(kb, records, day, money=money)),
        "Spark": lambda: dict(by_columns(kb, records, day, engine=spark(), money=money)),
        "SPARQL": lambda: dict(by_sparql(kb, records, day)),
        "oracle": lambda: by_oracle(rules, found),
        "pySHACL": lambda: by_shacl(kb, rules, found),
    }
    return tell[engine]()


@st.composite
def trials(draw: st.DrawFn) -> tuple[RuleSet, list[Drawn], pa.DataType]:
    """Rules, records about them, and the type of decimals."""
    rules = draw(rule_sets())
    money = draw(st.sampled_from(MONEY))
    drawn = draw(drawn_records(WORLDS[rules.world], RECORDS))
    places = getattr(money, "scale", 0)
    return rules, [Drawn(each.period, in_places(each.facts, places)) for each in drawn], money


def search(examples: int, with_spark: bool) -> None:
    """Generate so many rule sets, and stop at the first difference."""

    def one(case: tuple[RuleSet, list[Drawn], pa.DataType]) -> None:
        trial(*case, with_spark and COUNTED["rule sets"] % SPARK_EVERY == 5)

    bounded = settings(
        max_examples=examples,
        derandomize=examples <= 10,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        # What is found is made smaller by `minimal`, which knows what to take away first.
        phases=(Phase.generate,),
    )
    bounded(given(trials())(one))()


def trial(rules: RuleSet, found: list[Drawn], money: pa.DataType, with_spark: bool) -> None:
    """One rule set on some records: every engine gives the same decisions, and what they call missing is."""
    if FOUND:
        raise FOUND[0]  # Hypothesis asks again, to see whether it happens again
    COUNTED["rule sets"] += 1
    kb = loaded(rules)
    columns: Answers = {}
    by_rules: Answers = {}
    for engine in ("columns", "SPARQL", "oracle", "pySHACL", *(["Spark"] if with_spark else [])):
        try:
            told = answers(engine, kb, rules, found, money)
        except Exception as fault:
            if engine == "columns" and getattr(fault, "id", "") == "amount-too-long":
                # Refused before anything is decided: the amounts of these rules have no room in columns this wide.
                COUNTED["too long for columns"] += 1
                return
            _found(engine, Example(rules, found[0]), money, f"{type(fault).__name__}: {fault}")
        columns = columns or told
        by_rules = told if engine == "SPARQL" else by_rules
        for key, theirs in told.items():
            COUNTED[engine] += 1
            if engine == "oracle" and _is_left_open(rules, key[1], columns[key], theirs):
                COUNTED["left open"] += 1
            elif columns[key] != theirs and not _is_refused(engine, kb, rules, key[1]):
                example = Example(rules, found[int(key[0][1:])])
                _found(engine, example, money, f"{engine} on {key}: {theirs}, not {columns[key]}")
    for number, said in whole_faults(kb, rules, found):
        _found("whole", Example(rules, found[number]), money, said)
    for drawn, said in missing_faults(kb, rules, found, by_rules):
        _found("missing", Example(rules, drawn), money, said)


def whole_faults(kb: Policykb, rules: RuleSet, found: Sequence[Drawn]) -> Iterator[tuple[int, str]]:
    """Where the whole decisions over columns, with all that explains them, are not those by SPARQL."""
    records, rest = as_records(rules, found), SparqlEngine(kb.book)
    deciders = [replace(kb.decider, engine=engine) for engine in (rest, ColumnsEngine(rest))]
    sides = [Run.by(decider, records, rules.day).answer() for decider in deciders]
    for one, other in zip(*(side.decisions for side in sides), strict=True):
        COUNTED["whole"] += 1
        if repr(one) != repr(other):
            yield int(one.record[1:]), f"{one.clause}: {one}, over columns {other}"
    assert [sides[0].groups, sides[0].entitlements] == [sides[1].groups, sides[1].entitlements]


def missing_faults(kb: Policykb, rules: RuleSet, found: Sequence[Drawn], told: Answers) -> Iterator[tuple[Drawn, str]]:
    """Where what is called missing or awaited is not what can change the outcome, or leaves something open."""
    completed: list[tuple[str, Drawn]] = []
    for number, drawn in enumerate(found):
        on = as_of(drawn.period, rules.day)
        for spec in rules.clauses:
            status, *_, missing, awaited = told[f"r{number}", spec.id]
            judged = verdict(spec, drawn.facts, on) if status == "undetermined" else None
            if judged is None:
                continue
            claimed = {name for names in (missing, awaited) if names for name in names.split(";")}
            COUNTED["missing"] += 1
            wrong = judged.matters - claimed or (set() if spec.repeats() else claimed - judged.matters)
            settled = not (judged.unsettled or judged.waiting)
            if (wrong or not (claimed or not settled)) and not _is_refused("oracle", kb, rules, spec.id):
                yield drawn, f"{spec.id}: missing {sorted(claimed)}, oracle {sorted(judged.matters)}"
            elif settled:
                completed.append((spec.id, _completed(spec, drawn, on, claimed, len(completed))))
    completed = completed[:: max(1, len(completed) // COMPLETED)]
    again = dict(by_sparql(kb, as_records(rules, [drawn for _, drawn in completed]), rules.day))
    for number, (clause, drawn) in enumerate(completed):
        COUNTED["completed"] += 1
        if again[f"r{number}", clause][0] == "undetermined" and not _is_refused("oracle", kb, rules, clause):
            yield drawn, f"{clause}: still undetermined, {again[f'r{number}', clause]}"


def _completed(spec: ClauseSpec, drawn: Drawn, on: date, claimed: set[str], turn: int) -> Drawn:
    """The record with a value for everything that is missing."""
    free = completions(spec, drawn.facts, on) or {}
    never_nothing = WORLDS[spec.world].divisors  # also where this clause divides by none of them
    added = {}
    for place, name in enumerate(sorted(claimed)):
        values = filter(_can_be_stated, free[name])
        usable = [value for value in values if value or name not in never_nothing] or [Decimal(1)]
        added[name] = usable[(turn * 7 + place * 3) % len(usable)]
    return replace(drawn, facts={**drawn.facts, **added})


def _can_be_stated(value: Any) -> bool:
    if isinstance(value, Decimal):
        return not value or Decimal("0.0001") <= value < Decimal(10) ** 14
    return value is not None and value != UNKNOWN


def _is_left_open(rules: RuleSet, clause: str, ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> bool:
    """Whether a clause in which a fact stands twice is open, or wider, although no value of that fact can change it.

    Three-valued logic takes each criterion by itself: it is never wrong, and at times asks for what cannot matter. Who
    wins a group rests on all of its members.
    """
    about = {clause, *(rules.group if clause in rules.group else ())}
    is_wider = ours[0] == "undetermined" and (theirs[0] != "undetermined" or _is_within(theirs[1], ours[1]))
    return is_wider and any(spec.id in about and spec.repeats() for spec in rules.clauses)


def _is_within(one: Any, other: Any) -> bool:
    """Whether an amount lies within another one that is not the same."""
    if None in (one, other) or one == other:
        return False
    return other[0] <= one[0] and (other[1] is None or (one[1] is not None and one[1] <= other[1]))


def _is_refused(engine: str, kb: Policykb, rules: RuleSet, clause: str) -> bool:
    """Whether a clause in which a fact stands twice is one that the proof refuses: its parts contradict each other.

    Who wins a group rests on all of its members.
    """
    if engine != "oracle":
        return False
    about = {clause, *(rules.group if clause in rules.group else ())}
    for spec in rules.clauses:
        if spec.id not in about or not spec.repeats():
            continue
        if spec not in PROVED:
            PROVED[spec] = any(finding.kind in ("opposed", "dead") for finding in prove(kb.book, {spec.id}))
        COUNTED["refused by the proof"] += PROVED[spec]
        if PROVED[spec]:
            return True
    return False


def _found(engine: str, example: Example, money: pa.DataType, said: str) -> NoReturn:
    FOUND.append(Difference("SPARQL" if engine == "columns" else engine, example, money, said))
    raise FOUND[0]


def differing(engine: str, example: Example, money: pa.DataType) -> list[str]:
    """Where an engine differs from the columns on one record; nothing where the rules themselves cannot be read."""
    rules, found = example.rules, [example.drawn]
    try:
        kb = loaded(rules)
        if engine == "whole":
            return [said for _, said in whole_faults(kb, rules, found)]
        if engine == "missing":
            return [said for _, said in missing_faults(kb, rules, found, answers("SPARQL", kb, rules, found, money))]
        theirs = answers(engine, kb, rules, found, money)
        ours = answers("columns", kb, rules, found, money)
    except PolicykbError:
        return []
    except Exception as fault:
        return [f"{type(fault).__name__}: {fault}"]
    return [
        f"{clause}: columns {ours[record, clause]}, {engine} {their}"
        for (record, clause), their in theirs.items()
        if ours[record, clause] != their
        and not (engine == "oracle" and _is_left_open(rules, clause, ours[record, clause], their))
        and not _is_refused(engine, kb, rules, clause)
    ]


def compare(examples: int, with_spark: bool = False) -> None:
    """Search for a difference, and fail with the smallest example of it."""
    FOUND.clear()
    COUNTED.clear()
    try:
        search(examples, with_spark)
    except Difference as difference:
        raise AssertionError(shown(difference)) from None


def shown(difference: Difference) -> str:
    """A difference with its smallest example: the clauses as Turtle, the record, and what both say."""
    engine, money = difference.engine, difference.money
    if not differing(engine, difference.example, money):
        return f"{difference} -- among other records only; {difference.example}, decimals as {money}"
    least, trials = smallest(difference.example, lambda example: bool(differing(engine, example, money)))
    turtle = to_turtle(least.rules)
    return "\n".join(
        (
            f"{engine} and the columns differ; the smallest example after {trials} trials:",
            turtle.replace(" ; ", " ;\n    "),
            f"record of {least.drawn.period}: {dict(least.drawn.facts)}, as of {least.rules.day}, decimals as {money}",
            *differing(engine, least, money),
        )
    )


@pytest.mark.proof
def test_generated(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 1,000 decisions on generated rules agree between all engines (200,000 in `make soak`)."""
    has_java = shutil.which("java") is not None
    compare(EXAMPLES, has_java)

    with capsys.disabled():
        print(f"\ndecisions compared with the column engine: {dict(COUNTED)}")
    assert COUNTED["too long for columns"] <= EXAMPLES // 20
    assert COUNTED["SPARQL"] >= 1000
    assert COUNTED["oracle"] >= 1000
    assert COUNTED["whole"] >= 1000
    assert COUNTED["missing"] >= 250
    assert COUNTED["completed"] >= 75
    assert COUNTED["Spark"] >= 100 or not has_java


@pytest.mark.soak
def test_seeded_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler with one operator changed, "at least" for "more than", is found out, on a minimal example."""
    from policykb.engines.columns import conditions

    right = conditions._against

    def wrong(op: str, *rest: Any) -> Any:
        return right("ge" if op == "gt" else op, *rest)

    monkeypatch.setattr(conditions, "_against", wrong)
    monkeypatch.setattr("test_generated.whole_faults", lambda *_: ())  # would tell it by a criterion alone
    with pytest.raises(AssertionError) as found:
        compare(10)
    message = str(found.value)

    assert [message.count(part) for part in (" a pkb:Clause ", " a sh:PropertyShape ", " a pkb:Option ")] == [1, 1, 0]
    assert re.findall(r"sh:m\w+Exclusive (\S+)", message) == ["1.0"]
    assert re.search(r"^record of 2020: \{'\w+': Decimal\('1'\)\}, as of None, ", message, re.MULTILINE)
    assert message.endswith("SPARQL ('not-eligible', None, None, None, None)")


@pytest.mark.soak
def test_seeded_oracle_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """An oracle that takes no notice of caps is found out, on one option and the one fact that it is a rate of."""
    right = verdict

    def wrong(clause: ClauseSpec, *rest: Any) -> Any:
        return right(replace(clause, options=tuple(replace(option, cap=None) for option in clause.options)), *rest)

    monkeypatch.setattr("test_generated.verdict", wrong)
    with pytest.raises(AssertionError) as found:
        compare(10)
    message = str(found.value)

    assert [message.count(part) for part in (" a pkb:Clause ", " a sh:PropertyShape ", " a pkb:Option ")] == [1, 1, 1]
    assert message.count("schema:maxValue") == 1


def test_oracle_by_hand() -> None:
    """The oracle itself, on a clause worked out by hand: 10 % of a fee, at most 40.05, for a producer."""
    from generated_rules import Leaf, OptionSpec

    option = OptionSpec(None, "exact", rate=Decimal("0.1"), base="platformFeeCNY", cap=Decimal("40.05"))
    clause = ClauseSpec("c", Leaf("producer", (("hasValue", True),)), (option,))
    answers = [
        verdict(clause, facts, date(2020, 12, 31))
        for facts in (
            {"producer": True, "platformFeeCNY": Decimal("99.99")},
            {"platformFeeCNY": Decimal(1000)},
            {"producer": True},
            {"producer": False},
        )
    ]

    assert [(a.status, rounded(a.amount)) for a in answers if a] == [
        ("eligible", (Decimal("10.00"), Decimal("10.00"))),
        ("undetermined", (Decimal("0.00"), Decimal("40.05"))),
        ("undetermined", (Decimal("0.00"), Decimal("40.05"))),
        ("not-eligible", None),
    ]
