"""Run all checks of a knowledge base, the quick ones first, and gather their report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import rdflib

from ..load import Knowledge
from ..model import Text, Vocabulary
from ..names import PKB
from ..rules import RuleBook
from ..vocabulary import read_vocabulary
from .accounts import Accounts, account
from .ledger import keep
from .numbers import Comparison, compare
from .official import check_official, official_shapes
from .overlays import check_overlays
from .places import Places
from .report import Check, Fault, Ledger, Report
from .structure import as_graph, check_facts, check_shacl, check_shapes, check_words
from .terms import check_terms
from .tiers import check_tiers
from .words import Sentence

__all__ = ["faults", "verify"]


def verify(knowledge: Knowledge, book: RuleBook, *, conformance: Path | None = None) -> Report:
    """Prove a knowledge base against its text.

    Args:
        knowledge: the loaded knowledge base, without overlays.
        book: its rules.
        conformance: the folder of the official CPSV-AP and CCCEV shapes; looked for where None.

    Raises:
        CallError: `conformance` holds no such shapes.
    """
    proof = _Proof(knowledge, book, conformance)
    checks, found = [], []
    for rule, label, examined, run in proof.checks():
        faults_of_rule = list(run)
        found += faults_of_rule
        skipped = None
        if rule == "official" and not proof.official:
            skipped = Text("略过：不在手边", "skipped: not present")
        checks.append(Check(rule, label, examined, skipped))
    return Report(proof.ledger, tuple(checks), tuple(found))


def faults(knowledge: Knowledge, book: RuleBook, *, conformance: Path | None = None) -> Iterator[Fault]:
    """The faults alone, one by one: the first one is there before the slower checks have run."""
    for _, _, _, run in _Proof(knowledge, book, conformance).checks():
        yield from run


@dataclass(frozen=True)
class _Proof:
    """What the checks share, each made once."""

    knowledge: Knowledge
    book: RuleBook
    conformance: Path | None

    @cached_property
    def places(self) -> Places:
        return Places(self.knowledge)

    @cached_property
    def official(self) -> tuple[Path, ...]:
        return official_shapes(self.knowledge, self.conformance)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return read_vocabulary(self.knowledge)

    @cached_property
    def sentences(self) -> dict[str, Sentence]:
        return {provision.id: Sentence(provision) for provision in self.book.provisions.values()}

    @cached_property
    def comparison(self) -> Comparison:
        return compare(self.knowledge, self.book, self.sentences, self.places)

    @cached_property
    def accounts(self) -> Accounts:
        accounts = account(self.knowledge, self.book, self.sentences, self.places)
        for start, iri in self.comparison.spans():
            accounts.typed.setdefault(start, iri)
        return accounts

    @cached_property
    def kept(self) -> tuple[Ledger, list[Fault]]:
        return keep(self.knowledge, self.book, self.sentences, self.accounts, self.places)

    @property
    def ledger(self) -> Ledger:
        return self.kept[0]

    @cached_property
    def graph(self) -> rdflib.Graph:
        return as_graph(self.knowledge)

    def checks(self) -> Iterator[tuple[str, Text, int, Iterable[Fault]]]:
        """Each check: its rule, its name, how many things it examines, and its faults as they are found."""
        knowledge, book, places = self.knowledge, self.book, self.places
        criteria = sum(len(clause.root.leaves()) for clause in book.clauses.values() if clause.root)
        yield (
            "ledger",
            Text("原文逐字有着落", "every character and numeral of the text"),
            len(book.provisions),
            self.kept[1],
        )
        yield (
            "numbers",
            Text("数字与字句一致", "numbers against their words"),
            len(self.comparison.read),
            [*self.comparison.faults, *self.accounts.faults],
        )
        yield (
            "tiers",
            Text("各档互斥、有序", "tiers apart and in order"),
            sum(len(clause.options) > 1 for clause in book.clauses.values()),
            check_tiers(book, self.vocabulary, self.sentences, places),
        )
        yield (
            "words",
            Text("依据字句在引文中", "words inside their quotes"),
            len(knowledge.subjects(PKB.words)),
            check_words(knowledge, self.sentences, places),
        )
        yield (
            "facts",
            Text("事实属于记录类型", "facts of the record type"),
            criteria,
            check_facts(book, self.vocabulary, places),
        )
        yield (
            "terms",
            Text("名称有定义、有用处", "names defined and used"),
            len(knowledge.store),
            check_terms(knowledge, places),
        )
        yield (
            "structure",
            Text("政策文件的形状", "shapes of policy files"),
            len(self.graph),
            check_shapes(knowledge, book, self.graph, places),
        )
        yield "shacl", Text("形状本身合乎 SHACL", "shapes are SHACL"), len(self.graph), check_shacl(knowledge, places)
        yield (
            "overlays",
            Text("各种读法可以运行", "readings run"),
            len(places.overlays),
            check_overlays(knowledge, places),
        )
        yield (
            "official",
            Text("CPSV-AP 与 CCCEV 官方形状", "official CPSV-AP and CCCEV shapes"),
            len(self.official),
            check_official(self.official, self.graph, places),
        )
