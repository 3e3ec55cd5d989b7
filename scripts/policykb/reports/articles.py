"""How articles are named: by their number, or, where the numbers begin again in each chapter, by chapter and place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ..law.rules import RuleBook
from ..model import Article, Document, Lang, Provision
from ..patterns import regex
from ..wording.texts import Wording

__all__ = ["ArticleNames", "amending_of"]

_NUMBERED = regex(r"[^\s、.．]+[、.．]?")
"""What a chapter begins with: its number, up to the sign or the space behind it."""


def amending_of(article: Article, book: RuleBook) -> tuple[Provision, ...]:
    """What amendments state of the clauses of an article, in their order."""
    cited = {name for clause in article.clauses for name in book.clauses[clause].provisions}
    return tuple(one for name, one in book.provisions.items() if name in cited and one.is_amending)


@dataclass(frozen=True)
class ArticleNames:
    """The names of the articles of a document, or of several together."""

    book: RuleBook
    wording: Wording

    def name(self, iri: str, number: int, lang: Lang) -> str:
        """The article of a part of a document by what the text itself calls it, without its document."""
        words = self._placed.get((self.document(iri).iri, number))
        if words is None:
            return self.wording.say("article", lang, number=number)
        return self.wording.say("article-placed", lang, **words)

    def is_placed(self, iri: str, number: int) -> bool:
        """Whether the number is one that the text does not bear, since it counts anew in each chapter."""
        return (self.document(iri).iri, number) in self._placed

    def number(self, article: Article) -> tuple[str, ...]:
        """The number of an article, or that of its chapter and its own in it, as the text writes them."""
        words = self._placed.get((self.document(article.iri).iri, article.number))
        return (str(article.number),) if words is None else (str(words["chapter"]), str(words["place"]))

    def document(self, iri: str) -> Document:
        """The document that a part stands in."""
        return next((one for one in self.book.documents if iri.startswith(f"{one.iri}/")), self.book.document)

    @cached_property
    def _placed(self) -> dict[tuple[str, int], dict[str, object]]:
        documents = self.book.documents or (self.book.document,)
        return {key: words for document in documents for key, words in self._of(document)}

    def _of(self, document: Document) -> Iterator[tuple[tuple[str, int], dict[str, object]]]:
        own = [one for one in self.book.articles if one.iri.startswith(f"{document.iri}/")]
        begins = [self._begins(one) for one in own]
        if len(set(begins)) == len(begins) or not all(begins):
            return
        chapters = list(dict.fromkeys(one.chapter for one in own))
        counted = dict.fromkeys(chapters, 0)
        for one, begin in zip(own, begins, strict=True):
            counted[one.chapter] += 1
            chapter = _NUMBERED.match(self._heading(one.chapter))
            if chapter is not None:
                places = {"number": chapters.index(one.chapter) + 1, "count": counted[one.chapter]}
                yield (document.iri, one.number), {"chapter": chapter[0], "place": begin, **places}

    def _begins(self, article: Article) -> str:
        """What stands before the title of an article: its number, as the text writes it."""
        heading = next(
            (self._heading(name[: -len("-heading")]) for name in article.provisions if name.endswith("-heading")), ""
        )
        before, title, _ = heading.partition(article.label.zh)
        return before.strip() if title else ""

    def _heading(self, part: str) -> str:
        provision = self.book.provisions.get(f"{part}-heading")
        return "" if provision is None else provision.quote.strip()
