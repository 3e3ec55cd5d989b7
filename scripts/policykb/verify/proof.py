"""Run all checks of a knowledge base, the quick ones first, and gather their report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import rdflib

from ..doors.crew import in_order
from ..law.knowledge import Knowledge
from ..law.rules import RuleBook
from ..law.vocabulary import read_vocabulary
from ..model import Text, Vocabulary
from ..names import PKB, SH
from ..wording.catalogue import worded
from .accounts import Accounts, account
from .claims import conditions
from .gaps import check_gaps
from .ledger import keep
from .numbers import Comparison, compare
from .official import check_official, official_shapes
from .omissions import check_omissions
from .overlays import check_overlays
from .places import Places
from .report import Check, Fault, Ledger, Report, unjustified
from .scopes import check_groups, check_scopes
from .senses import check_senses
from .structure import as_graph, check_facts, check_shacl, check_shapes, check_words
from .terms import check_terms
from .tiers import check_tiers
from .translations import check_translations
from .unconfirmed import check_confirmed
from .words import Sentence, read_sentences

__all__ = ["faults", "verify"]

_FIRST = ("overlays", "structure", "ledger", "shacl")
"""The checks that take longest, in an order in which two processes that take every second one have like shares."""


def verify(
    knowledge: Knowledge,
    book: RuleBook,
    *,
    conformance: Path | None = None,
    rules: Collection[str] | None = None,
    processes: int = 1,
) -> Report:
    """Prove a knowledge base against its text.

    Args:
        knowledge: the loaded knowledge base, without overlays.
        book: its rules.
        conformance: the folder of the official CPSV-AP and CCCEV shapes; looked for where None.
        rules: the checks to make; all of them if None.
        processes: how many make checks at once.

    Raises:
        CallError: `conformance` holds no such shapes.
    """
    proof = _Proof(knowledge, book, conformance)
    checks: list[Check] = []
    found: list[Fault] = []
    drafted = {proof.places.definition(node.value) for node in knowledge.subjects(PKB.toConfirm)}
    tasks, ledger = list(proof.tasks(rules)), proof.kept[0]
    # The longest first; they are told in their order.
    names = [*_FIRST, *(task.rule for task in tasks)]
    places = sorted(range(len(tasks)), key=lambda place: names.index(tasks[place].rule))

    def made(place: int) -> tuple[list[Fault], int]:
        return list(tasks[place].run()), tasks[place].examined()

    results = dict(zip(places, in_order(made, places, processes), strict=True))
    for place, task in enumerate(tasks):
        faults, examined = results[place]
        # What is to be confirmed stands on that list, and is not told again for what it lacks.
        found += [one for one in faults if task.rule not in ("ledger", "structure") or one.where not in drafted]
        skipped = worded("verify-skipped") if task.rule == "official" and not proof.official else None
        checks.append(Check(task.rule, task.label, examined, skipped))
    return Report(ledger, tuple(checks), tuple(found))


def faults(
    knowledge: Knowledge, book: RuleBook, *, conformance: Path | None = None, rules: Collection[str] | None = None
) -> Iterator[Fault]:
    """The faults alone, one by one: the first one is there before the slower checks have run."""
    for task in _Proof(knowledge, book, conformance).tasks(rules):
        yield from task.run()


_Entry: TypeAlias = tuple[str, Callable[[], int], Callable[[], Iterable[Fault]]]
"""The name of a check, how many things it examines, and its faults."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A check to make: its rule, its name, how many things it examines, and its faults, both when asked for."""

    rule: str
    label: Text
    examined: Callable[[], int]
    run: Callable[[], Iterable[Fault]]


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
        return read_sentences(self.knowledge, self.book)

    @cached_property
    def comparison(self) -> Comparison:
        excused = {iri for iri, _ in (*self.senses, *self.groups, *self.omissions)}
        return compare(self.knowledge, self.book, self.sentences, self.places, excused)

    @cached_property
    def senses(self) -> tuple[tuple[str, Fault], ...]:
        return tuple(check_senses(self.knowledge, self.book, self.vocabulary, self.sentences, self.places))

    @cached_property
    def omissions(self) -> tuple[tuple[str, Fault], ...]:
        return tuple(check_omissions(self.book, self.vocabulary, self.places))

    @cached_property
    def groups(self) -> tuple[tuple[str, Fault], ...]:
        return tuple(check_groups(self.knowledge, self.book, self.places))

    def _read_from_words(self) -> list[Fault]:
        """The faults that reading the text brings to light, overlays or none."""
        return [*self.comparison.faults, *check_words(self.knowledge, self.sentences, self.places)]

    @cached_property
    def accounts(self) -> Accounts:
        accounts = account(self.knowledge, self.book, self.sentences, self.places)
        for start, iri in self.comparison.spans():
            accounts.typed.setdefault(start, iri)
        return accounts

    @cached_property
    def kept(self) -> tuple[Ledger, list[Fault]]:
        return keep(self.knowledge, self.book, self.sentences, self.accounts, self.places)

    @cached_property
    def graph(self) -> rdflib.Graph:
        return as_graph(self.knowledge)

    def tasks(self, rules: Collection[str] | None) -> Iterator[_Task]:
        """The checks asked for, the quick ones first."""
        return (task for task in self._all() if rules is None or task.rule in rules)

    def _of_words(self) -> tuple[_Entry, ...]:
        """What holds the text against the rules, number by number and sense by sense."""
        knowledge, book, places = self.knowledge, self.book, self.places
        return (
            ("verify-check-ledger", lambda: len(book.provisions), lambda: self.kept[1]),
            (
                "verify-check-numbers",
                lambda: len(self.comparison.read),
                lambda: [*self.comparison.faults, *self.accounts.faults],
            ),
            (
                "verify-check-tiers",
                lambda: sum(len(clause.options) > 1 for clause in book.clauses.values()),
                lambda: check_tiers(book, self.vocabulary, self.sentences, places),
            ),
            (
                "verify-check-scopes",
                lambda: len(book.every_group),
                lambda: [*check_scopes(knowledge, book, places), *unjustified(knowledge, self.groups)],
            ),
            (
                "verify-check-senses",
                lambda: sum(len(tree.leaves()) for _, _, tree in conditions(book)),
                lambda: unjustified(knowledge, self.senses),
            ),
            (
                "verify-check-gaps",
                lambda: len(book.provisions),
                lambda: [
                    *check_gaps(knowledge, book, self.sentences, places),
                    *unjustified(knowledge, self.omissions),
                ],
            ),
        )

    def _all(self) -> tuple[_Task, ...]:
        knowledge, book, places = self.knowledge, self.book, self.places
        checks: tuple[_Entry, ...] = (
            *self._of_words(),
            (
                "verify-check-words",
                lambda: len(knowledge.subjects(PKB.words)),
                lambda: check_words(knowledge, self.sentences, places),
            ),
            (
                "verify-check-facts",
                lambda: sum(len(clause.root.leaves()) for clause in book.clauses.values() if clause.root),
                lambda: check_facts(self.knowledge, book, self.vocabulary, places),
            ),
            (
                "verify-check-translations",
                lambda: len(knowledge.subjects(PKB.translationOf)),
                lambda: check_translations(knowledge, self.sentences, self.accounts, places),
            ),
            ("verify-check-terms", lambda: len(knowledge.store), lambda: check_terms(knowledge, places)),
            (
                "verify-check-structure",
                lambda: len(self.graph),
                lambda: check_shapes(knowledge, book, self.graph, places),
            ),
            (
                "verify-check-shacl",
                lambda: len({*knowledge.subjects(SH.property), *knowledge.subjects(SH.path)}),
                lambda: check_shacl(knowledge, places),
            ),
            (
                "verify-check-confirmed",
                lambda: len(knowledge.subjects(PKB.toConfirm)),
                lambda: check_confirmed(knowledge, book, places),
            ),
            (
                "verify-check-overlays",
                lambda: len(places.overlays),
                lambda: check_overlays(knowledge, self._read_from_words(), places),
            ),
            (
                "verify-check-official",
                lambda: len(self.official),
                lambda: check_official(self.official, self.graph, places),
            ),
        )
        return tuple(
            _Task(name.removeprefix("verify-check-"), worded(name), count, faults) for name, count, faults in checks
        )
