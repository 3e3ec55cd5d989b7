"""第 N 条：原文与模型对照 / Article N: its words beside its model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

import typer

from ..errors import CallError
from ..patterns import regex
from .common import Language, Policy, Root, Version, With, loaded_of_day

__all__ = ["command"]

_NAMED = regex(r"(?:第|part|art(?:icle)?[ .-]*)?\s*(.+?)\s*[条项]?", re.IGNORECASE)
"""An article as people name it: 5, 第五条, article 5, art-05; 三、（一） or 3.1 where each chapter counts anew."""
_HELP = (
    "条号，如 5、第五条；各章分别编号的，如 二、（一）"
    " / number of the article, such as 5; such as 2.1 where each chapter counts anew"
)
_APART = regex(r"\W+")


def command(
    article: Annotated[str, typer.Argument(metavar="N", help=_HELP)],
    with_: With = None,
    as_of: Version = None,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print an article with its provisions and clauses."""
    from ..doors.terminal import Terminal
    from ..reports.articles import ArticleNames
    from ..reports.side_by_side import print_article
    from ..shelf import each

    kb, phrases = loaded_of_day(root, policy, with_, lang, as_of)
    terminal = Terminal(highlight=False)
    asked = _numbers(article)
    books = [one.book for one in each(kb)]
    found = 0
    for book in books:
        names = ArticleNames(book, phrases.wording)
        for one in book.articles:
            # Its place among all articles is what its identifier says.
            if asked in ((one.number,), _values(names.number(one))):
                print_article(terminal, one, replace(phrases, book=book))
                found += 1
    if not found:
        names = ArticleNames(books[0], phrases.wording)
        first, last = ("".join(names.number(books[0].articles[end])) for end in (0, -1))
        raise CallError("unknown-article", number=article.strip(), first=first, last=last)


def _numbers(written: str) -> tuple[int, ...]:
    """The number by which an article is asked for, with that of its chapter before it; nothing where it is none."""
    named = _NAMED.fullmatch(unicodedata.normalize("NFKC", written).strip())
    return _values((named[1],)) if named else ()


def _values(parts: Iterable[str]) -> tuple[int, ...]:
    from ..scaffold.outline import value_of

    words = [word for part in parts for word in _APART.split(unicodedata.normalize("NFKC", part)) if word]
    return tuple(map(value_of, words))
