"""Check over which records a group combines against its words: a year, or all there are."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ..law.knowledge import Knowledge
from ..law.rules import RuleBook
from ..model import Group
from ..names import SKOS
from .places import Places
from .report import Fault, breach

__all__ = ["check_scopes"]

RULE = "scopes"
_SCHEME = "https://w3id.org/policykb/scheme/scope#"


def check_scopes(knowledge: Knowledge, book: RuleBook, places: Places) -> Iterator[Fault]:
    """Groups whose words speak of another time than their scope.

    Args:
        knowledge: tells the words of each scope.
        book: the rules.
        places: where resources stand.
    """
    words = {name: _words(knowledge, name) for name in ("subject-year", "subject")}
    for group in book.every_group:
        said = next((name for name, some in words.items() if any(word in group.words for word in some)), None)
        if said is not None and not _fits(group, said, book):
            yield breach("verify-scope", RULE, places.definition(group.iri), group=group.id, scope=said)


def _words(knowledge: Knowledge, scope: str) -> list[str]:
    labels = knowledge.objects(ox.NamedNode(f"{_SCHEME}{scope}"), SKOS.altLabel)
    return [label.value for label in labels if isinstance(label, ox.Literal)]


def _fits(group: Group, said: str, book: RuleBook) -> bool:
    """Whether a group combines what its words say; a record of a whole year is that year."""
    if group.scope == said:
        return True
    types = [book.clauses[name].record_type for name in group.members if name in book.clauses]
    is_of_year = all(one is not None and book.vocabulary.record_types[one].is_yearly for one in types)
    return said == "subject-year" and group.scope == "record" and is_of_year
