"""The words of the text behind a decision: whole half-sentences, those that give the sum before any others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..model import Clause, Criterion, Decision, Option
from .phrases import Phrases
from .told import Line

__all__ = ["quote_line", "quotes", "readable", "words_behind"]

_ENDS = "，；。！？"
_OPENING, _CLOSING = "（“《(", "）”》)"


@lru_cache(maxsize=4096)
def readable(quote: str) -> str:
    """Words of the source for display: page breaks and stray spaces between Chinese characters are closed up."""
    found = ""
    for word in quote.split():
        found += word if not found or (_is_wide(found[-1]) and _is_wide(word[0])) else f" {word}"
    return found


def _is_wide(letter: str) -> bool:
    return "\u2e80" <= letter <= "\uffef" or letter in "”“"


def words_behind(decision: Decision, clause: Clause, phrases: Phrases) -> tuple[Line, ...]:
    """The words that a decision rests on, a line for each provision.

    Those of the options that give the sum and of the bounds they were met by; of a clause that does not fit, those of
    the criteria that are to blame; every provision of the clause in full where nothing narrower is known. Where an
    amendment changed a criterion, its words stand beside those that they amend.
    """
    found: list[tuple[str, str]] = []
    if clause.options and decision.status in ("eligible", "undetermined"):
        ruled_out = {one.criterion.iri for one in decision.criteria if one.truth == "unmet"}
        for result in decision.options:
            found += _of_option(result.option, ruled_out)
        amended = (one.criterion for one in decision.criteria if phrases.book.is_amending(one.criterion.provision))
        found += [(criterion.provision, criterion.words) for criterion in amended] if found else []
    elif clause.grants_money and decision.status == "not-eligible":
        leaves = (leaf for condition in decision.conditions for leaf in condition.leaves() if leaf.is_blamed)
        # What is not known keeps nobody out.
        blamed = [leaf.result.criterion for leaf in leaves if leaf.result and leaf.truth != "unknown"]
        found += [(criterion.provision, criterion.words) for criterion in blamed]
    return quotes(found, phrases) or quotes(((name, "") for name in clause.provisions), phrases)


def _of_option(option: Option, ruled_out: set[str]) -> Iterator[tuple[str, str]]:
    if option.words:
        yield option.provision, option.words
    # The words of an amount that is worked out are those of each of its steps: a cap alone does not give the sum.
    for step in option.expression.nodes() if option.expression is not None else ():
        if step.words:
            yield option.provision, step.words
    bounds: Iterable[Criterion] = option.condition.leaves() if option.condition is not None else ()
    for criterion in bounds:
        if criterion.iri not in ruled_out:
            yield criterion.provision, criterion.words
    for band in option.bands:
        yield from _of_option(band, ruled_out)


def quotes(found: Iterable[tuple[str, str]], phrases: Phrases) -> tuple[Line, ...]:
    """Words and the provisions they stand in as lines; no words mean the whole provision."""
    named = tuple(found)
    return phrases.once(("quotes", named), lambda: _quotes(named, phrases))


def _quotes(found: Iterable[tuple[str, str]], phrases: Phrases) -> tuple[Line, ...]:
    book = phrases.book
    chosen: dict[str, set[int]] = {}
    for name, words in found:
        provision = book.provisions.get(name)
        if provision is None:
            continue
        parts = _half_sentences(provision.quote)
        start = provision.quote.find(words) if words else 0
        end = start + len(words) if words else len(provision.quote)
        if start >= 0:
            within = {number for number, (first, last) in enumerate(parts) if first < end and last > start}
            chosen.setdefault(name, set()).update(within)
    # In the order of the text, whichever option or criterion named them first.
    ordered = sorted(chosen, key=lambda name: book.provisions[name].order)
    return tuple(quote_line(name, _joined(book.provisions[name].quote, chosen[name]), phrases) for name in ordered)


def quote_line(provision: str, quote: str, phrases: Phrases) -> Line:
    """Words of a provision with the place where they stand."""
    place = phrases.place(phrases.book.provisions[provision])
    return Line("words", phrases.say("told-quote", quote=quote, place=place), quote=quote, place=place)


@lru_cache(maxsize=1024)
def _half_sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where each half-sentence starts and ends: at a comma or a stop that stands in no brackets or quotation marks."""
    found: list[tuple[int, int]] = []
    start = depth = 0
    for place, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(depth - 1, 0)
        elif character in _ENDS and depth == 0:
            found.append((start, place + 1))
            start = place + 1
    return (*found, (start, len(text))) if text[start:].strip() else tuple(found)


def _joined(text: str, chosen: set[int]) -> str:
    """The half-sentences in a row; what is left out between them, or goes on after them, is marked."""
    parts = _half_sentences(text)
    runs: list[list[int]] = []
    for number in sorted(chosen):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    found = [readable(text[parts[run[0]][0] : parts[run[-1]][1]]) for run in runs]
    whole = "……".join(part.rstrip("，；") for part in found)
    return f"{whole}……" if found and found[-1].endswith("，") else whole
