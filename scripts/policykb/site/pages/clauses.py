"""The list of clauses, a page for each, and a page for each group of clauses."""

from __future__ import annotations

from ...model import Clause, Group, Provision
from ..charts import clause_chart
from ..citations import citation
from ..clause_body import clause_body, kind_badge
from ..content import View
from ..markup import Html, heading, items, link, page, table, tag, top
from ..permanent import service
from ..provisions import spaced, translated

__all__ = ["clause_index", "clause_page", "group_page"]


def clause_index(view: View) -> str:
    """All clauses in the document's order."""
    book = view.content.kb.book
    rows = [
        (
            link(view.phrases.article(clause), view.to(f"articles/{clause.article:02d}.html")),
            link(view.get(clause.title), view.href(clause.iri)),
            kind_badge(view, clause),
            view.get(clause.beneficiary),
            view.say("comma").join(view.phrases.amounts(clause)),
        )
        for clause in book.clauses.values()
    ]
    head = [view.say(f"home-{name}") for name in ("article", "clause", "kind", "payee", "amount")]
    title = view.say("nav-clauses")
    return page({"title": title, "description": title}, top(title), table(head, rows, caption=title))


def clause_page(view: View, clause: Clause) -> str:
    """One clause, with its words first."""
    book = view.content.kb.book
    title = view.get(clause.title)
    quotes = [_quoted(view, book.provisions[name]) for name in clause.provisions]
    article = link(view.phrases.article(clause), view.to(f"articles/{clause.article:02d}.html"))
    seen: set[str] = set()
    body = clause_body(view, clause, seen)
    chart = clause_chart(view, clause)
    return page(
        {
            "title": title,
            "description": title,
            "jsonld": service(view, clause),
            "search": {"boost": 4 if clause.grants_money else 3},
            "tags": _sums(view, clause) or None,
        },
        top(title),
        tag("p", article, Html(" "), kind_badge(view, clause), Html(" "), tag("code", clause.id)),
        *quotes,
        body,
        (heading(2, view.say("chart"), "chart") + chart) if chart else "",
        citation(
            view, clause.iri, f"{book.document.title.zh} {view.content.phrases('zh').article(clause)} {clause.title.zh}"
        ),
    )


def _quoted(view: View, provision: Provision) -> Html:
    """The words of a provision, and what they say in the language of the page."""
    cited = link(provision.id, view.href(provision.iri), class_="pkb-cite")
    quote = tag("p", tag("q", spaced(provision.quote), lang="zh-Hans"), Html(" "), cited, class_="pkb-quote")
    return quote + translated(view, provision)


def _sums(view: View, clause: Clause) -> list[str]:
    """The sums that a clause pays, as a reader of the page and one of the text may ask for them."""
    sums = ((o.value or o.floor, o.currency) for o in clause.options)
    phrases = (view.phrases, view.content.phrases("zh"))
    return list(dict.fromkeys(p.money(value, currency) for value, currency in sums if value for p in phrases))


def group_page(view: View, group: Group) -> str:
    """A group: the words that bind its members, and the members."""
    book = view.content.kb.book
    title = view.get(group.label)
    members = [book.clauses[name] for name in group.members]
    rows = [
        Html(
            link(view.get(c.title), view.href(c.iri))
            + " "
            + tag("b", view.say("comma").join(dict.fromkeys(view.phrases.option(o) for o in c.options)))
        )
        for c in members
    ]
    provision = book.provisions.get(group.provision)
    cited = link(group.provision, view.href(provision.iri) if provision else None, class_="pkb-cite")
    return page(
        {"title": title, "description": title},
        top(title),
        tag("p", tag("q", spaced(group.words), lang="zh-Hans"), Html(" "), cited, class_="pkb-quote"),
        tag("p", view.phrases.concept("combination", group.combination)),
        tag("p", view.phrases.concept("scope", group.scope)) if group.is_joint else "",
        items(rows),
    )
