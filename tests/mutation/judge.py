"""Decide whether anything notices a mutant: a scenario, or the proof of the numbers against their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from inspect import unwrap
from itertools import combinations

import pyoxigraph as ox

from cases_runner import Case, read_cases, to_record
from policykb.answers.answer import Answer
from policykb.answers.decisions import Decider
from policykb.answers.joint import combined
from policykb.answers.run import Run
from policykb.api import load_policykb
from policykb.engines.program import RULES, value_term
from policykb.engines.sparql import SparqlEngine
from policykb.errors import PolicykbError
from policykb.law.load import policies
from policykb.law.rules import RuleBook, read_rules
from policykb.model import Record
from policykb.names import RUN
from policykb.shelf import shelf
from policykb.verify.numbers import compare
from policykb.verify.places import Places
from policykb.verify.tiers import check_tiers
from policykb.verify.words import read_sentences
from test_cases import seen, shown
from together import expected, totals

from .graph_edits import applied
from .mutants import NOTHING, Mutant

__all__ = ["Judge", "Verdict"]

PART = 40


@dataclass(frozen=True)
class Verdict:
    """What noticed a mutant: the case that fails (or that it could not even be loaded), and whether the proof does."""

    case: str | None
    proof: bool

    @property
    def killed(self) -> bool:
        """Whether a scenario notices; the proof alone does not count."""
        return self.case is not None


class Judge:
    """The scenarios under one set of readings, and the knowledge base that is changed and restored."""

    def __init__(self, policy: str, overlays: tuple[str, ...] = ()) -> None:
        # One of its own, which no test shares: it is changed in place.
        kb = unwrap(load_policykb)(policy=policy, overlays=overlays)
        self.kb, self.knowledge = kb, kb.knowledge
        self.sentences = read_sentences(kb.knowledge, kb.book)
        self.places = Places(kb.knowledge)
        cases = [c for c in read_cases(policy) if c.overlays == overlays and c.expect != "invalid-record"]
        self.cases: dict[str, tuple[Case, Record]] = {}
        for number, case in enumerate(cases):
            self.cases[f"case-{number}"] = (case, to_record(case, number, kb.vocabulary))
        for name, (case, record) in tuple(self.cases.items()):
            # What an amendment decides otherwise is not decided by the rules that are changed here.
            if kb.book_of(record, case.as_of) is not kb.book and self._fails(name):
                del self.cases[name]
        self.overlays = overlays
        self.before = frozenset() if overlays else self._proof_faults(kb.book)

    def _fails(self, name: str) -> bool:
        case, book = self.cases[name][0], self.kb.book
        groups = {group.id for group in book.every_group}
        return next(self._part(self.kb.decider, tuple(book.clauses), groups, [name], case.as_of), None) is not None

    def concerns(self, mutant: Mutant) -> bool:
        """Whether a case expects something of the clauses touched, and what is changed still stands here."""
        touched = any(set(case.expect) & set(mutant.clauses) for case, _ in self.cases.values())
        return touched and all(self._stands(quad) for quad in mutant.edit.gone)

    def _stands(self, quad: ox.Quad) -> bool:
        # Blank nodes have other names in every loading: the edits that hold any are not carried over.
        named = not isinstance(quad.subject, ox.BlankNode) and not isinstance(quad.object, ox.BlankNode)
        return named and quad in self.knowledge.store

    def judge(self, mutant: Mutant) -> Verdict:
        """Try one mutant."""
        with applied(self.knowledge, mutant.edit):
            try:
                book = read_rules(self.knowledge)
                decider = self._decider(book, mutant)
            except PolicykbError:
                return Verdict("refused when loading", False)
            case = next(self._failing(decider, mutant.clauses), None)
            if case is None and mutant.together:
                case = self._together(book)
            proof = not self.overlays and mutant.edit != NOTHING and self._proof_faults(book) != self.before
        return Verdict(case, proof)

    def _decider(self, book: RuleBook, mutant: Mutant) -> Decider:
        touched = _only(book, mutant.clauses)
        engine = _MissingUnmet(touched, mutant.unmet) if mutant.unmet else SparqlEngine(touched)
        return Decider(touched, self.kb.vocabulary, self.kb.decider.record_rules, self.kb.wording, engine)

    def changes_nothing(self, mutant: Mutant) -> bool:
        """Whether every scenario, also without any one or two of its facts, is decided as if nothing were changed."""
        records: dict[date | None, list[Record]] = {}
        for number, (case, record) in enumerate(self.cases.values()):
            for size in range(3) if set(case.expect) & set(mutant.clauses) else ():
                for gone in combinations(sorted(record.facts), size):
                    facts = {name: value for name, value in record.facts.items() if name not in gone}
                    variant = replace(record, id=f"{number}-{'-'.join(gone)}", facts=facts)
                    records.setdefault(case.as_of, []).append(variant)
        before = self._told(self._decider(self.kb.book, replace(mutant, unmet=None)), records)
        with applied(self.knowledge, mutant.edit):
            return self._told(self._decider(read_rules(self.knowledge), mutant), records) == before

    def _told(self, decider: Decider, records: dict[date | None, list[Record]]) -> list[object]:
        """What is decided of records on a day, without the words for it."""
        keys = ("status", "amount", "missing", "awaiting", "selected", "suppressedBy", "fallback")
        told: list[object] = []
        for day, those in records.items():
            answer = _answer(decider, those, day)
            told += [(d.record, d.clause, *(seen(d, key) for key in keys)) for d in answer.decisions]
            told += [(one.members[0].record, one.group, shown(one.amount)) for one in answer.joints]
        return told

    def _together(self, book: RuleBook) -> str | None:
        """The first scenario of several documents together that comes out otherwise than expected."""
        slug = book.document.slug
        others = {name: load_policykb(policy=name) for name in policies(self.knowledge.root) if name != slug}
        decider = Decider(book, self.kb.vocabulary, self.kb.decider.record_rules, self.kb.wording, SparqlEngine(book))
        changed = replace(self.kb, book=book, decider=decider)
        try:
            found = totals(shelf({slug: changed} | {k: v for k, v in others.items() if v.book.document.is_example}, ()))
        except PolicykbError:
            return "refused when loading"
        return next((case for case, total in expected().items() if found[case] != total), None)

    def _failing(self, decider: Decider, clauses: tuple[str, ...]) -> Iterator[str]:
        """The names of the cases that come out otherwise than expected, those with an expectation on the clauses."""
        groups = {g.id for g in self.kb.book.every_group if set(g.members) & set(clauses)}
        by_day: dict[date | None, list[str]] = {}
        for name, (case, _) in self.cases.items():
            if set(case.expect) & set(clauses) or set(case.groups) & groups:
                by_day.setdefault(case.as_of, []).append(name)
        for day, names in by_day.items():
            for start in range(0, len(names), PART):
                yield from self._part(decider, clauses, groups, names[start : start + PART], day)

    def _part(
        self, decider: Decider, clauses: tuple[str, ...], groups: set[str], names: list[str], day: date | None
    ) -> Iterator[str]:
        answer = _answer(decider, [self.cases[name][1] for name in names], day)
        decisions = {(d.record, d.clause): d for d in answer.decisions}
        decided = {(g.record, g.group): {"winner": g.winner, "amount": shown(g.amount)} for g in answer.groups}
        for joint in answer.joints:
            outcome = {"winner": joint.winner and joint.winner.clause, "amount": shown(joint.amount)}
            decided[joint.members[0].record, joint.group] = outcome
        for name in names:
            case = self.cases[name][0]
            for clause in set(case.expect) & set(clauses):
                decision = decisions.get((name, clause))
                wanted = case.expect[clause]
                if decision is None or {key: seen(decision, key) for key in wanted} != wanted:
                    yield case.name
                    return
            for group in set(case.groups) & groups:
                found = decided.get((name, group), {"winner": None, "amount": None})
                if {key: found.get(key) for key in case.groups[group]} != case.groups[group]:
                    yield case.name
                    return

    def _proof_faults(self, book: RuleBook) -> frozenset[str]:
        faults = [
            *compare(self.knowledge, book, self.sentences, self.places).faults,
            *check_tiers(book, self.kb.vocabulary, self.sentences, self.places),
        ]
        return frozenset(f"{fault.rule} {fault.where} {fault.what.en}" for fault in faults)


def _answer(decider: Decider, records: list[Record], day: date | None) -> Answer:
    answer = Run.by(decider, records, day).answer()
    return combined(answer, decider.book) if decider.book.is_summed else answer


def _only(book: RuleBook, clauses: tuple[str, ...]) -> RuleBook:
    """A rule book of these clauses and of the groups that all their members are among."""
    wanted, before = set(clauses), 0
    while len(wanted) > before:
        before = len(wanted)
        for group in book.every_group:
            members = {name for one in (group.id, *group.inner) for name in book.group(one).members}
            wanted |= members if wanted & members else set()
    return replace(
        book,
        clauses={name: clause for name, clause in book.clauses.items() if name in wanted},
        groups={name: group for name, group in book.groups.items() if set(group.members) <= wanted},
        joints={name: group for name, group in book.joints.items() if set(group.members) <= wanted},
    )


class _MissingUnmet(SparqlEngine):
    """An engine that takes what a criterion lacks for unmet."""

    def __init__(self, book: RuleBook, criterion: str) -> None:
        super().__init__(book)
        self.criterion = criterion

    def _program(self, types: frozenset[str]) -> tuple[list[ox.Quad], int]:
        rules, depth = super()._program(types)
        return [self._changed(quad) for quad in rules], depth

    def _changed(self, quad: ox.Quad) -> ox.Quad:
        own = isinstance(quad.subject, ox.NamedNode) and quad.subject.value.split("~")[0] == self.criterion
        return ox.Quad(quad.subject, quad.predicate, value_term(0), RULES) if own and _if_missing(quad) else quad


def _if_missing(quad: ox.Quad) -> bool:
    return bool(quad.predicate == RUN.ifMissing)
