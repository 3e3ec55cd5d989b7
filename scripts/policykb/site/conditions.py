"""Show a condition as a tree that reads like a sentence, each criterion with its bound and its words."""

from __future__ import annotations

from ..model import Criterion, Node
from .content import View
from .markup import Html, link, tag
from .provisions import spaced

__all__ = ["condition_tree"]

_HEADS = {"and": "all-of", "or": "any-of", "not": "none-of"}


def condition_tree(view: View, node: Node, seen: set[str]) -> Html:
    """A condition as nested lists.

    Args:
        view: the page.
        node: the condition.
        seen: anchors already on the page; a shape used twice is anchored once.
    """
    if node.criterion is not None:
        return tag("ul", _leaf(view, node.criterion, seen), class_="pkb-tree")
    children = Html("".join(_branch(view, child, seen) for child in node.children))
    if node.op == "and" and len(node.children) == 1:
        return tag("ul", children, class_="pkb-tree", id=_anchor(node.iri, seen))
    head = tag("p", view.phrases.say(_HEADS[node.op]), class_="pkb-op", id=_anchor(node.iri, seen))
    return head + tag("ul", children, class_="pkb-tree")


def _branch(view: View, node: Node, seen: set[str]) -> Html:
    if node.criterion is not None:
        return _leaf(view, node.criterion, seen)
    if node.op == "and" and len(node.children) == 1:
        return tag("li", *(_inner(view, child, seen) for child in node.children), id=_anchor(node.iri, seen))
    inner = Html("".join(_branch(view, child, seen) for child in node.children))
    head = tag("span", view.phrases.say(_HEADS[node.op]), class_="pkb-op")
    return tag("li", head, tag("ul", inner), id=_anchor(node.iri, seen), class_=f"pkb-{node.op}")


def _inner(view: View, node: Node, seen: set[str]) -> Html:
    return tag("ul", _branch(view, node, seen), class_="pkb-flat")


def _leaf(view: View, criterion: Criterion, seen: set[str]) -> Html:
    book = view.content.kb.book
    provision = book.provisions.get(criterion.provision)
    words = tag("q", spaced(criterion.words), lang="zh-Hans")
    cited = link(criterion.provision, view.href(provision.iri) if provision else None, class_="pkb-cite")
    fact = view.content.kb.vocabulary.facts.get(criterion.path)
    parts = [
        tag("span", view.get(criterion.label), class_="pkb-name"),
        tag(
            "span", link(view.phrases.required(criterion), view.href(fact.iri) if fact else None), class_="pkb-required"
        ),
        tag("span", words, Html(" "), cited, class_="pkb-words"),
    ]
    if fact is not None and fact.decided_by is not None:
        body = view.say("decided-by", body=fact.decided_by.label)
        parts.append(tag("span", body, class_="pkb-decided"))
    if not criterion.required:
        parts.append(tag("span", view.get(criterion.presumption) or view.say("presumed"), class_="pkb-presumed"))
    return tag("li", Html(" ".join(parts)), id=_anchor(criterion.iri, seen), class_="pkb-leaf")


def _anchor(iri: str, seen: set[str]) -> str | None:
    name = f"shape-{iri.rsplit('/', 1)[-1]}"
    if "~" in name or name in seen:
        return None
    seen.add(name)
    return name
