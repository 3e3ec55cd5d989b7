"""Clauses, articles and passages as plain lists and dictionaries, every quote with its place in the text."""

from __future__ import annotations

from typing import Any

from ..answers.plain import required
from ..engines.program import clause_criteria
from ..errors import CallError
from ..law.fingerprint import JOINED
from ..law.rules import RuleBook
from ..model import Clause, Lang, Provision
from ..reports.articles import amending_of
from ..reports.phrases import Phrases

__all__ = ["article_json", "clause_json", "clauses_json", "passages_json", "source_json"]


def clauses_json(phrases: Phrases) -> dict[str, Any]:
    """Every clause of the document in a few words."""
    clauses = phrases.book.clauses.values()
    return {"document": document_json(phrases), "clauses": [summary_json(clause, phrases) for clause in clauses]}


def clause_json(clause: Clause, phrases: Phrases) -> dict[str, Any]:
    """A clause with its words, criteria and amounts."""
    lang = phrases.lang
    groups = [group.id for group in phrases.book.every_group if clause.id in group.members]
    return {
        **summary_json(clause, phrases),
        "group": groups[0] if groups else None,
        "provisions": [source_json(phrases.book.provisions[name], phrases) for name in clause.provisions],
        "criteria": [
            {
                "id": one.id,
                "label": one.label.get(lang),
                "fact": one.path,
                "required": required(one),
                "provision": one.provision,
                "quote": one.words or phrases.book.provisions[one.provision].quote,
            }
            for one in clause_criteria(clause)
        ],
        "options": [
            {
                "id": one.iri.rsplit("/", 1)[-1],
                "label": one.label.get(lang),
                "amount": phrases.option(one),
                "currency": one.currency,
                "provision": one.provision,
                "quote": one.words or phrases.book.provisions[one.provision].quote,
            }
            for one in clause.options
        ],
    }


def article_json(number: int, phrases: Phrases) -> dict[str, Any]:
    """An article with its provisions and clauses.

    Raises:
        CallError: the document has no such article.
    """
    article = phrases.book.article(number)
    return {
        "document": document_json(phrases),
        "number": article.number,
        "iri": article.iri,
        "title": article.label.get(phrases.lang),
        "provisions": [source_json(phrases.book.provisions[name], phrases) for name in article.provisions],
        "amendments": [source_json(one, phrases) for one in amending_of(article, phrases.book)],
        "clauses": [summary_json(phrases.book.clauses[name], phrases) for name in article.clauses],
    }


def passages_json(words: str, phrases: Phrases) -> dict[str, Any]:
    """The provisions that hold these words, spaces and line breaks aside.

    Raises:
        CallError: there are no words.
    """
    wanted = "".join(words.split())
    if not wanted:
        raise CallError("nothing-to-find")
    found = (one for one in phrases.book.provisions.values() if wanted in "".join(one.quote.split()))
    return {"document": document_json(phrases), "q": words, "passages": [source_json(one, phrases) for one in found]}


def document_json(phrases: Phrases) -> dict[str, Any]:
    """The document: number, title, day of issue, IRI; what it lacks, or several documents do not share, is none."""
    document = phrases.book.document
    title = document.title.get(phrases.lang)
    several = JOINED in document.slug
    day = None if several or document.date is None else document.date.isoformat()
    return {"number": document.official, "title": title, "date": day, "iri": None if several else document.iri}


def source_json(provision: Provision, phrases: Phrases) -> dict[str, Any]:
    """A provision: its exact words, where they stand in code points of the source, and unofficial translations.

    The source is the text of the document, or of the amendment that is named.
    """
    return {
        "id": provision.id,
        "iri": provision.iri,
        "article": _article(provision, phrases.book),
        "label": provision.label.get(phrases.lang),
        "amendment": provision.place.get(phrases.lang) if provision.is_amending else None,
        "start": provision.start,
        "end": provision.end,
        "quote": provision.quote,
        "translations": dict(provision.translations),
    }


def summary_json(clause: Clause, phrases: Phrases) -> dict[str, Any]:
    """What a clause gives, to whom, and by whom."""
    lang: Lang = phrases.lang
    return {
        "id": clause.id,
        "iri": clause.iri,
        "article": clause.article,
        "title": clause.title.get(lang),
        "kind": clause.kind,
        "recordType": clause.record_type,
        "beneficiary": None if clause.beneficiary is None else clause.beneficiary.get(lang),
        "payee": None if clause.payee is None else clause.payee.get(lang),
        "bodies": [body.label.get(lang) for body in clause.authority],
        "inferred": list(clause.inferred),
        "grantsMoney": clause.grants_money,
        "amounts": phrases.amounts(clause),
    }


def _article(provision: Provision, book: RuleBook) -> int | None:
    return next((one.number for one in book.articles if provision.id in one.provisions), None)
