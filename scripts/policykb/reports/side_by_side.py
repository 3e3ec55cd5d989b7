"""An article or a clause with its words beside its model, for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text as RichText
from rich.tree import Tree

from ..answers.plain import plain
from ..doors.terminal import put
from ..law.citation import standard
from ..model import Article, Clause, Document, Group, Node
from .articles import ArticleNames, amending_of
from .phrases import Phrases
from .quotes import readable

__all__ = ["print_article", "print_clause", "print_group"]


def print_article(console: Console, article: Article, phrases: Phrases) -> None:
    """Print an article: its words, provision by provision, and its clauses."""
    book, lang = phrases.book, phrases.lang
    head = phrases.article_name(article.iri, article.number)
    document = book.document_of(article)
    console.print(RichText(f"{phrases.cited(document)} {head} {article.label.get(lang)}", style="bold"))
    console.print()
    amending = [one.id for one in amending_of(article, book)]
    for name in (*article.provisions, *amending):
        provision = book.provisions[name]
        kind = phrases.concept("provision-type", provision.kind) if provision.kind else ""
        about = (provision.place.get(lang) if provision.is_amending else "", provision.label.get(lang), kind)
        console.print(RichText(f"[{name}] {' · '.join(filter(None, about))}", style="cyan"))
        put(console, readable(provision.quote), 2)
        if translation := provision.translation(lang):
            put(console, translation, 2, "italic")
    if any(book.provisions[name].translation(lang) for name in article.provisions):
        console.print(RichText(phrases.say("translation-note"), style="dim"))
    console.print()
    console.print(RichText(phrases.say("clauses-heading"), style="bold"))
    for name in article.clauses:
        clause = book.clauses[name]
        amounts = phrases.join(phrases.amounts(clause))
        line = RichText(f"{name}  {clause.title.get(lang)} · {phrases.concept('clause-kind', clause.kind)}")
        line.append(f"  {amounts or phrases.say('no-amount')}", style="green" if amounts else "dim")
        put(console, line, 2)
    console.print()
    console.print(RichText(phrases.say("cite-heading"), style="bold"))
    # The citation is in the language of the text, whatever the reader's.
    title = f"{document.title.zh} {ArticleNames(book, phrases.wording).name(article.iri, article.number, 'zh')}"
    _cite(console, document, title, article.iri)
    named = {name: book.provisions[name].iri for name in (*article.provisions, *amending)}
    named |= {name: book.clauses[name].iri for name in article.clauses}
    width = max(map(len, named), default=0)
    for name, iri in named.items():
        console.print(RichText(f"  {name:<{width}}  {iri}", style="dim"), soft_wrap=True)


def _cite(console: Console, document: Document, title: str, iri: str) -> None:
    """A citation and the IRI, each on a line that can be copied whole."""
    console.print(RichText(f"  {standard(document, title, iri)}"), soft_wrap=True)
    console.print(RichText(f"  IRI {iri}"), soft_wrap=True)


def print_clause(console: Console, clause: Clause, phrases: Phrases) -> None:
    """Print a clause: its words, conditions as a tree, amounts, who decides and who is paid."""
    book, lang = phrases.book, phrases.lang
    console.print(RichText(f"{clause.id}  {phrases.article(clause)} {clause.title.get(lang)}", style="bold"))
    for key, value in _about(clause, phrases):
        put(console, phrases.say("pair", key=phrases.say(key), value=value), 2)
    for name, label, counted in clause.counted:
        value = counted.get(lang) + _inferred(clause, name, phrases)
        put(console, phrases.say("pair", key=label, value=value), 2)
    console.print()
    console.print(RichText(phrases.say("text-heading"), style="bold"))
    for name in clause.provisions:
        console.print(RichText(f"  [{name}]", style="cyan"))
        put(console, readable(book.provisions[name].quote), 2)
    if clause.root is not None:
        console.print()
        console.print(_tree(clause.root, phrases, phrases.say("conditions-heading")))
    _print_amounts(console, clause, phrases)
    group = book.group_of.get(clause.id)
    if group is not None:
        named = f"{group.label.get(lang)} “{readable(group.words)}”"
        put(console, phrases.say("pair", key=phrases.say("group"), value=named), 2)
    if clause.fallback:
        put(console, phrases.say("fallback", quote=book.provisions[clause.fallback].quote), 2)
    for notice in book.notices:
        if notice.clause == clause.id:
            put(console, f"※ {notice.text.get(lang)}", 2)
    console.print()
    console.print(RichText(phrases.say("cite-heading"), style="bold"))
    document = book.document_of(clause)
    names, stated = ArticleNames(book, phrases.wording), book.provisions[clause.provisions[0]]
    article = names.name(clause.iri, clause.article, "zh") if clause.article else stated.place.zh
    _cite(console, document, f"{document.title.zh} {article} {clause.title.zh}", clause.iri)


def print_group(console: Console, group: Group, phrases: Phrases) -> None:
    """Print a group: how its awards combine, up to which cap, by which words, and which awards these are."""
    book, say = phrases.book, phrases.say
    provision = book.provisions[group.provision]
    console.print(RichText(f"{group.id}  {phrases.place(provision)} {group.label.get(phrases.lang)}", style="bold"))
    rows = [("combination", phrases.concept("combination", group.combination))]
    rows.append(("group-scope", phrases.concept("scope", group.scope)))
    members = {name: book.clauses.get(name) for name in dict.fromkeys((*group.members, *group.external))}
    currency = next((option.currency for one in members.values() if one is not None for option in one.options), "")
    if group.cap is not None:
        rows.append(("group-cap", phrases.money(group.cap, currency)))
    elif group.base is not None and group.rate is not None:
        rows.append(
            ("group-cap", say("amount-rate", base=phrases.fact(group.base), rate=f"{plain(group.rate * 100)}%"))
        )
    for key, value in rows:
        put(console, say("pair", key=say(key), value=value), 2)
    console.print()
    console.print(RichText(say("text-heading"), style="bold"))
    console.print(RichText(f"  [{group.provision}]", style="cyan"))
    put(console, readable(provision.quote), 2)
    console.print()
    console.print(RichText(say("clauses-heading"), style="bold"))
    for name, clause in members.items():
        console.print(RichText(f"  {name}  {clause.title.get(phrases.lang) if clause is not None else ''}".rstrip()))


def _about(clause: Clause, phrases: Phrases) -> list[tuple[str, str]]:
    """What a clause is, for whom, who is paid, who decides, and on which records."""
    lang = phrases.lang
    rows = [("kind", phrases.concept("clause-kind", clause.kind))]
    if clause.beneficiary:
        rows.append(("beneficiary", clause.beneficiary.get(lang)))
    if clause.payee:
        rows.append(("payee", clause.payee.get(lang) + _inferred(clause, "payee", phrases)))
    rows.append(
        (
            "authority",
            phrases.join(body.label.get(lang) for body in clause.authority)
            + _inferred(clause, "hasCompetentAuthority", phrases),
        )
    )
    kind = phrases.vocabulary.record_types.get(clause.record_type or "")
    rows.append(("record-type", f"{kind.label.get(lang)} ({kind.id})" if kind else phrases.say("no-record")))
    return rows


def _print_amounts(console: Console, clause: Clause, phrases: Phrases) -> None:
    lang = phrases.lang
    if clause.is_unstated:
        console.print()
        amounts = phrases.join(phrases.amounts(clause))
        console.print(RichText(phrases.say("pair", key=phrases.say("amounts-heading"), value=amounts), style="bold"))
    if clause.options:
        console.print()
        console.print(RichText(phrases.say("amounts-heading"), style="bold"))
        for option in clause.options:
            told = phrases.say("pair", key=option.label.get(lang), value=phrases.option(option))
            put(console, f"{told}  “{readable(option.words)}”", 2, "green")
            if option.condition is not None:
                console.print(_tree(option.condition, phrases, "    " + phrases.say("all-of")))
        if len(clause.options) > 1:
            combination = phrases.concept("combination", clause.combination)
            put(console, phrases.say("pair", key=phrases.say("combination"), value=combination), 2)


def _inferred(clause: Clause, name: str, phrases: Phrases) -> str:
    return phrases.say("inferred") if name in clause.inferred else ""


def _tree(node: Node, phrases: Phrases, title: str) -> Tree:
    tree = Tree(RichText(title, style="bold"))
    _grow(tree, node, phrases, top=True)
    return tree


def _grow(tree: Tree, node: Node, phrases: Phrases, *, top: bool = False) -> None:
    if node.criterion is not None:
        criterion = node.criterion
        pair = phrases.say("pair", key=criterion.label.get(phrases.lang), value=phrases.required(criterion))
        text = RichText(pair)
        if not criterion.required:
            text.append(phrases.say("presumed-if-missing"), style="dim")
        text.append(f"  “{readable(criterion.words)}” [{criterion.provision}]", style="dim")
        fact = phrases.vocabulary.facts.get(criterion.path)
        if fact is not None and fact.decided_by is not None:
            text.append(f" ← {fact.decided_by.label.get(phrases.lang)}", style="magenta")
        tree.add(text)
        return
    heads = {"and": "all-of", "or": "any-of", "not": "none-of"}
    branch = tree if top or (node.op == "and" and len(node.children) == 1) else tree.add(phrases.say(heads[node.op]))
    for child in node.children:
        _grow(branch, child, phrases)
