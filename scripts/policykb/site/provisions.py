"""Show provisions word for word, with every typed number marked and its rule beside it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ..engines.program import clause_criteria
from ..law.knowledge import Term, local
from ..model import Provision
from ..names import DCT, ELI, PKB
from .content import Quantity, View
from .markup import Html, closed, definitions, escape, items, link, tag

__all__ = ["Note", "notes_of", "provision_block", "spaced", "translated"]


@dataclass(frozen=True, slots=True)
class Note:
    """What the model holds about some words: where they stand in the quote, and the rule in words."""

    id: str
    start: int
    end: int
    label: str
    rule: str
    href: str | None


def spaced(text: str, start: int = 0, end: int | None = None) -> str:
    """A stretch of a quote as it is shown: page breaks in a sentence and stray spaces beside Han closed up."""
    kept = []
    for place in range(start, len(text) if end is None else end):
        character = text[place]
        beside = text[place - 1 : place] + text[place + 1 : place + 2]
        stray = character == " " and any(other > "\u2e7f" or other == "\n" for other in beside)
        if character != "\n" and not stray:
            kept.append(character)
    return "".join(kept)


def notes_of(view: View, provision: Provision) -> list[Note]:
    """The notes of a provision: its conditions, amounts and other numbers, in the order of their words."""
    found: dict[str, Note] = {}
    phrases, book = view.phrases, view.content.kb.book

    def add(key: str, words: str, label: str, rule: str, iri: str) -> None:
        start = provision.quote.find(words) if words else -1
        if start >= 0:
            found.setdefault(key, Note(key, start, start + len(words), label, rule, view.href(iri)))

    for clause in book.clauses.values():
        for criterion in clause_criteria(clause):
            if criterion.provision == provision.id:
                add(
                    f"note-{criterion.id}",
                    criterion.words,
                    view.get(criterion.label),
                    phrases.required(criterion),
                    criterion.iri,
                )
        for option in clause.options:
            if option.provision == provision.id:
                name = option.iri.rsplit("/", 1)[-1]
                add(f"note-option-{name}", option.words, view.get(option.label), phrases.option(option), option.iri)
    for group in book.every_group:
        if group.provision == provision.id:
            rule = phrases.concept("combination", group.combination)
            add(f"note-group-{group.id}", group.words, view.get(group.label), rule, group.iri)
    for quantity in view.content.quantities.get(provision.id, ()):
        name = quantity.iri.rsplit("/", 1)[-1]
        add(f"note-{name}", quantity.words, view.get(quantity.label), _quantity(view, quantity), quantity.iri)
    return sorted(found.values(), key=lambda note: (note.start, note.end))


def _quantity(view: View, quantity: Quantity) -> str:
    write = view.phrases.number
    parts = []
    if quantity.value is not None:
        parts.append(f"= {write(quantity.value, quantity.unit)}")
    if quantity.low is not None:
        parts.append(f"{'>' if quantity.exclusive else '≥'} {write(quantity.low, quantity.unit)}")
    if quantity.high is not None:
        parts.append(f"{'<' if quantity.exclusive else '≤'} {write(quantity.high, quantity.unit)}")
    return " ∧ ".join(parts)


def marked(quote: str, notes: Sequence[Note]) -> Html:
    """The quote with its annotated stretches as links to their notes; where stretches overlap, each part names all."""
    cuts = sorted({0, len(quote), *(n.start for n in notes), *(n.end for n in notes)})
    parts: list[str] = []
    for start, end in itertools.pairwise(cuts):
        piece = spaced(quote, start, end)
        here = [note for note in notes if note.start <= start and end <= note.end]
        if not here or not piece.strip():
            parts.append(escape(piece))
            continue
        names = " ".join(note.id for note in here)
        parts.append(tag("a", piece, href=f"#{here[0].id}", class_="pkb-mark", aria_describedby=names))
    return Html("".join(parts))


def provision_block(view: View, provision: Provision, clauses: Iterable[str]) -> Html:
    """A provision: its words on the left, and on the right what the model makes of them."""
    notes = notes_of(view, provision)
    number = tag("a", str(provision.number), href=f"#{provision.id}", class_="pkb-number", title=provision.id)
    quote = tag("p", number, Html(" "), marked(provision.quote, notes), class_="pkb-quote", lang="zh-Hans")
    text = tag("div", quote, translated(view, provision), class_="pkb-text")
    rules = items(
        (
            tag("span", link(note.label, note.href), Html(" "), tag("b", note.rule), id=note.id, class_="pkb-note")
            for note in notes
        ),
        class_="pkb-notes",
    )
    title, about = _about(view, provision, clauses)
    # Open wherever there is room beside the words (docs/browser/site.css).
    folded = closed(view.say("beside"), about + rules, class_="pkb-about")
    aside = tag("div", title, folded, class_="pkb-beside", data_search_exclude="")
    return tag("div", text, aside, class_="pkb-provision", id=provision.id)


def translated(view: View, provision: Provision) -> Html:
    """What a provision or structural text says in the language of the page, where somebody translated it."""
    text = provision.translation(view.lang)
    return Html("") if text is None else tag("p", text, class_="pkb-translation", lang=view.lang)


def _about(view: View, provision: Provision, clauses: Iterable[str]) -> tuple[Html, Html]:
    knowledge, node = view.content.kb.knowledge, ox.NamedNode(provision.iri)
    inferred = {local(t) for t in knowledge.objects(node, PKB.inferred) if isinstance(t, ox.NamedNode)}

    def named(predicate: ox.NamedNode) -> Html:
        mark = view.say("inferred") if local(predicate) in inferred else ""
        found = [t for t in knowledge.objects(node, predicate) if isinstance(t, ox.NamedNode)]
        return Html(view.say("comma").join(_named(view, term) + mark for term in found))

    kind = (
        tag("span", view.phrases.concept("provision-type", provision.kind), class_="pkb-kind") if provision.kind else ""
    )
    title = tag("p", tag("b", view.get(provision.label)), Html(" "), kind, class_="pkb-gist")
    book = view.content.kb.book
    targets = [link(view.get(book.clauses[name].title), view.to(f"clauses/{name}.html")) for name in clauses]
    return title, definitions(
        [
            (view.say("actor"), named(PKB.actor)),
            (view.say("for"), named(PKB.beneficiary)),
            (view.say("deadline"), knowledge.string(node, PKB.deadline) or ""),
            (view.say("cites"), named(ELI.cites)),
            (view.say("refers"), named(ELI.refers_to)),
            (view.say("clauses"), Html(view.say("comma").join(targets))),
        ]
    )


def _named(view: View, term: Term) -> str:
    knowledge = view.content.kb.knowledge
    name = view.get(knowledge.label(term))
    if knowledge.string(term, DCT.identifier) and view.lang == "zh" and knowledge.string(term, ELI.number):
        name = f"《{name}》"
    return link(name, view.href(term.value)) if isinstance(term, ox.NamedNode) else escape(name)
