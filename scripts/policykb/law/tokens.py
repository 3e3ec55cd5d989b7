"""The tokens of a SPARQL text, and what its words give away without its being parsed.

Standard: SPARQL 1.1 Query Language, section 19.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..errors import KnowledgeError
from ..patterns import regex

__all__ = [
    "CLOSING",
    "DEEPEST",
    "ECMASCRIPT",
    "FETCHING",
    "LONGEST",
    "MOST",
    "OPENING",
    "STEPS",
    "UNARY",
    "beyond",
    "fetches",
    "is_nested_too_deep",
    "refuse_unfit",
    "tokens",
    "words",
]

LONGEST = 1_000_000
"""Characters of the longest query."""

MOST = {
    "query-too-long": LONGEST,
    "query-too-deep": 100,
    "query-too-many-steps": 500,
    "query-too-many-signs": 2_000,
}
"""How much a query may have, by the error of each limit: characters, brackets and signs within each other, since the
engine reads a query by calling itself, and its stack has an end; parts that each wrap what stands before them, so that
they nest although they stand side by side; and operators and patterns in a row, for the same reason."""
DEEPEST = MOST["query-too-deep"]
"""How deep anything may be nested that a parser follows by calling itself."""
STEPS = frozenset({"OPTIONAL", "MINUS", "BIND", "AS", "UNION", "FILTER", "GRAPH", "EXISTS", "SELECT", "VALUES", "IF"})
"""The words of such parts."""
FETCHING = ("SERVICE", "LOAD")
"""What makes an engine fetch. Engines end a keyword where it ends, so that SERVICESILENT and trueSERVICE are these."""
SIGNS = frozenset("|&+-*/^=.;,")
"""The signs that stand between the parts of a row."""
OPENING, CLOSING, UNARY = frozenset("{(["), frozenset("})]"), frozenset("!+-^")

_PATTERN = r"""
      "{3}(?:(?:"|"")?(?:[^"\\]|\\.))*"{3} | '{3}(?:(?:'|'')?(?:[^'\\]|\\.))*'{3}     # long strings
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'                                # short strings
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)                                           # IRIs
    | [#][^\n\r]*                                                                  # comments
    | [?$][\w\u00b7]+ | @[A-Za-z]+(?:-[A-Za-z0-9]+)*                               # variables, language tags
    | (?P<name>[\w.\-\u00b7]{0,200}:(?:[\w.\-:\u00b7]|%[0-9A-Fa-f]{2}|\\.)*)              # prefixed names
    | (?P<word>[A-Za-z][\w]*)
    | [0-9]+\.[0-9]+                                                              # the point of a number is no sign
    | .
    """
_TOKEN = regex(_PATTERN, re.VERBOSE | re.DOTALL)
ECMASCRIPT = re.sub(r"\s+(#\s.*)?", "", _PATTERN).replace("(?P<", "(?<").replace(r"\w", r"\p{L}\p{N}_")
"""The pattern of a token as browsers know it, with their flags g, s and u."""


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The tokens of a query in their order; the groups `word`, `name` (a prefixed one) and `iri` say what one is."""
    # \\uXXXX may stand for any character anywhere, so a keyword could hide behind it.
    return _TOKEN.finditer(re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _character, text))


def words(text: str) -> list[str]:
    """The bare words of a query, in capitals: keywords and functions, nothing within strings, IRIs or comments."""
    return [found["word"].upper() for found in tokens(text) if found["word"]]


def beyond(text: str) -> str | None:
    """The limit that a query is beyond, as the id of its error; the first of `MOST`."""
    if len(text) > LONGEST:
        return "query-too-long"
    if _depth(text) > MOST["query-too-deep"]:
        return "query-too-deep"
    if sum(map(_steps, words(text))) > MOST["query-too-many-steps"]:
        return "query-too-many-steps"
    if sum(found.group() in SIGNS for found in tokens(text)) > MOST["query-too-many-signs"]:
        return "query-too-many-signs"
    return None


def _steps(word: str) -> int:
    """How many steps a word is: trueOPTIONAL is one, as an engine reads it."""
    return max(word in STEPS, sum(word.count(step) for step in STEPS if len(step) > 4))


def fetches(text: str, keywords: Iterable[str] = FETCHING, *, is_strict: bool = True) -> bool:
    """Whether a query may make an engine fetch: a word, or the prefix of a name, has such a keyword in it.

    Args:
        text: the query.
        keywords: some of `FETCHING`.
        is_strict: count every such name; otherwise one that a bracket follows, as in SERVICE:x { … }, and not the
            subject of a triple, as in service:x a ex:Y.
    """
    waiting = False
    for found in tokens(text):
        sign = found.group()
        if sign.isspace() or sign.startswith("#"):
            continue
        if waiting and (is_strict or sign == "{"):
            return True
        head, name = (found["word"] or "").upper(), (found["name"] or "").partition(":")[0].upper()
        if any(keyword in head for keyword in keywords):
            return True
        waiting = any(keyword in name for keyword in keywords)
    return waiting and is_strict


def is_nested_too_deep(data: str | bytes) -> bool:
    """Whether triple terms, <<( … )>>, are nested deeper in RDF than a parser that calls itself can follow."""
    if (data.count("<<") if isinstance(data, str) else data.count(b"<<")) <= DEEPEST:
        return False
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    deepest = open_now = 0
    before = ""
    for found in tokens(text):
        sign = found.group()
        if sign == before and sign in "<>":
            open_now, sign = max(open_now + (1 if sign == "<" else -1), 0), ""
            deepest = max(deepest, open_now)
        before = sign
    return deepest > DEEPEST


@lru_cache(maxsize=256)
def refuse_unfit(text: str, where: str) -> None:
    """Refuse a query of a knowledge base that would reach beyond it, or that no engine can read.

    A knowledge base is read anew for each of its versions, always with the same queries.

    Raises:
        KnowledgeError: it holds a SERVICE or a LOAD, or is too long or nested too deep.
    """
    if _is_surely_fit(text):
        return
    limit = beyond(text)
    if limit is not None:
        raise _too_much(limit, where)
    if fetches(text):
        raise KnowledgeError("query-fetches", where=where)


def _is_surely_fit(text: str) -> bool:
    """Whether a query is fit whatever is a string or a comment in it, as most are, without telling tokens apart.

    Every limit is held against no less than the tokens can come to; what an escape may hide is not known so.
    """
    capitals = text.upper()
    return (
        "\\" not in text
        and len(text) <= LONGEST
        and sum(map(text.count, OPENING | UNARY)) <= MOST["query-too-deep"]
        and sum(map(capitals.count, STEPS)) <= MOST["query-too-many-steps"]
        and sum(map(text.count, SIGNS)) <= MOST["query-too-many-signs"]
        and not any(keyword in capitals for keyword in FETCHING)
    )


def _too_much(id: str, where: str) -> KnowledgeError:
    return KnowledgeError(id, where=where, most=MOST[id])


def _depth(text: str) -> int:
    """How deep a query is nested, brackets and signs before them taken together; <<( of triple terms is two."""
    deepest = open_now = signs = 0
    for token in tokens(text):
        sign = token.group()
        if sign in OPENING:
            open_now += 1
            signs = 0
        elif sign in CLOSING:
            open_now = max(open_now - 1, 0)
            signs = 0
        elif sign in UNARY:
            signs += 1
        elif not sign.isspace():
            signs = 0
        deepest = max(deepest, open_now + signs)
    return deepest


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
