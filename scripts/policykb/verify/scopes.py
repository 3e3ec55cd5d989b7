"""Check what a group combines against its words: over which records, how, and which clauses."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ..law.knowledge import Knowledge, local
from ..law.rules import RuleBook
from ..model import Group
from ..names import ELI, SKOS
from ..patterns import regex
from ..readers.numerals import said as number_of
from .places import Places
from .report import Fault, breach
from .senses import Senses, read_senses

__all__ = ["check_groups", "check_scopes"]

RULE = "scopes"
_SCHEME = "https://w3id.org/policykb/scheme/scope#"
_SPAN = regex(
    r"第?\s*([0-9〇零一二三四五六七八九十百]+)\s*条?\s*(?:至|到|[-－—–~～])\s*第\s*([0-9〇零一二三四五六七八九十百]+)\s*条"
)
"""第五条至第八条: articles in a row, of which the first and the last are named."""
_EXCEPT = regex(r"除[^，。；]*第[^，。；]{1,6}条[^，。；]*外")
"""除第三条外: what is named is what is left out."""


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


def check_groups(knowledge: Knowledge, book: RuleBook, places: Places) -> Iterator[tuple[str, Fault]]:
    """Groups that combine otherwise than their words say, or other clauses; with the IRI that may justify it.

    Args:
        knowledge: tells the articles that a provision refers to, and the senses of words.
        book: the rules.
        places: where resources stand.
    """
    senses = read_senses(knowledge)
    for group in book.every_group:
        where = places.definition(group.iri)
        one_of, together = senses.says("one-of", group.words), senses.says("together", group.words)
        if one_of != together and (group.combination == "sum") != together:
            id = "verify-group-sum" if together else "verify-group-one"
            yield group.iri, breach(id, RULE, where, group=group.id, words=group.words, combination=group.combination)
        yield from ((group.iri, fault) for fault in _members(knowledge, book, group, senses, where))


def _members(knowledge: Knowledge, book: RuleBook, group: Group, senses: Senses, where: str) -> Iterator[Fault]:
    """Each article that the words name has a member, each clause above it where they say so, and no other is one."""
    provision = book.provisions.get(group.provision)
    if provision is None or _EXCEPT.search(provision.quote) is not None:
        return
    paid = {clause.id: clause for clause in book.clauses.values() if clause.grants_money}
    members = [name for name in group.members if name in book.clauses]
    there = {part for name in members for part in _parts(book, name)}
    named = _named(knowledge, book, group, provision.quote)
    for article in book.articles:
        part = local(ox.NamedNode(article.iri))
        lacking = [name for name in article.clauses if name in paid and part in _parts(book, name)]
        if part in named and part not in there and lacking:
            yield breach("verify-group-lacks", RULE, where, group=group.id, part=article.label, clauses=lacking)
    labels = {local(ox.NamedNode(article.iri)): article.label.zh for article in book.articles}
    for name in members if len(named) > 1 else ():
        parts = _parts(book, name)
        called = [labels.get(part, "") for part in parts] + [book.clauses[name].title.zh]
        is_called = any(one and one in provision.quote for one in called)
        if (
            not parts & named
            and not is_called
            and not (provision.part in parts and senses.says("above", provision.quote))
        ):
            yield breach("verify-group-stray", RULE, where, group=group.id, clause=name, named=sorted(named))
    if senses.says("above", group.words):
        for clause in paid.values():
            starts = [book.provisions[one].start for one in clause.provisions if one in book.provisions]
            is_above = provision.part in _parts(book, clause.id) and starts and min(starts) < provision.start
            if is_above and clause.id not in group.members:
                yield breach("verify-group-above", RULE, where, group=group.id, clause=clause.id, words=group.words)


def _parts(book: RuleBook, clause: str) -> frozenset[str]:
    """The articles of a clause, by their names."""
    provisions = (book.provisions.get(name) for name in book.clauses[clause].provisions)
    return frozenset(one.part for one in provisions if one is not None)


def _named(knowledge: Knowledge, book: RuleBook, group: Group, quote: str) -> frozenset[str]:
    """The articles that the provision of a group refers to, those between two that stand for a row included."""
    node = ox.NamedNode(book.provisions[group.provision].iri)
    articles = {local(ox.NamedNode(article.iri)): article.number for article in book.articles}
    named = {local(term) for term in knowledge.objects(node, ELI.refers_to) if isinstance(term, ox.NamedNode)}
    # A provision that is referred to by itself stands for its article.
    named = {book.provisions[name].part if name in book.provisions else name for name in named}
    for match in _SPAN.finditer(quote):
        first, last = (int(one) if one.isdecimal() else number_of(one) for one in match.groups())
        if first is not None and last is not None:
            named |= {name for name, number in articles.items() if first <= number <= last}
    return frozenset(named & articles.keys())


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
