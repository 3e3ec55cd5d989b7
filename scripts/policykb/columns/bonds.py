"""What groups over several records bind in a screening, of one document or of several together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..answers.crossing import crossing
from ..answers.several import document_of, merged_book
from ..api import Policykb
from ..law.rules import RuleBook

__all__ = ["Bonds"]


@dataclass(frozen=True)
class Bonds:
    """The groups over several records, and how a document calls what they bind.

    `book` has the rules of the document, or of all that are screened together; then what they name bears the name of
    its document, as in an answer of several. `rules` are the checksums of the rules, by the slug of the document, which
    is empty where there is one alone.
    """

    book: RuleBook
    rules: Mapping[str, str]

    @staticmethod
    def of(documents: Sequence[Policykb]) -> Bonds:
        """The groups of documents that are screened together."""
        if len(documents) == 1:
            (one,) = documents
            return Bonds(one.book, {"": one.knowledge.rules_hash})
        slugs = {one.knowledge.policy: one for one in documents}
        book = merged_book({slug: one.book for slug, one in slugs.items()})
        return Bonds(book, {slug: one.knowledge.rules_hash for slug, one in slugs.items()})

    def slug(self, kb: Policykb) -> str:
        """The name that the document's parts bear."""
        return "" if len(self.rules) == 1 else kb.knowledge.policy

    def bound(self, kb: Policykb) -> frozenset[str]:
        """The clauses of a document that groups bind, as it calls them."""
        slug = self.slug(kb)
        names = {name for group in self.book.joints.values() for name in group.members}
        return frozenset(name.removeprefix(f"{slug}/") for name in names if document_of(name) == slug)

    def binds(self, kb: Policykb, kind: str) -> bool:
        """Whether a group binds a clause of a document about a type of record."""
        return not self.bound(kb).isdisjoint(clause.id for clause in kb.book.by_type.get(kind, ()))

    @property
    def is_crossed(self) -> bool:
        """Whether groups of several documents share clauses, or one binds what others decide within a record."""
        joints = [*self.book.joints.values()]
        return any(crossing(joints)) or any(group.external for group in joints)
