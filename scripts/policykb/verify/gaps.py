"""Find what the words say and no rule takes up: limits, items of lists, exceptions, bodies; and what is paid twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations, pairwise

import pyoxigraph as ox

from ..expression import Expression
from ..law.knowledge import Knowledge, local
from ..law.rules import RuleBook
from ..model import Clause, Provision
from ..names import CV, DCT, ELI, PKB, RDF, SCHEMA, SKOS
from .claims import Claim
from .places import Places
from .report import Fault, breach
from .senses import ITEM, Senses, read_senses
from .words import Read, Sentence

__all__ = ["check_gaps", "left_over", "paid_twice"]

RULE = "gaps"
_MONEY_ROLES = frozenset({"schema:value", "schema:maxValue", "schema:minValue", "pkb:rate", "pkb:by"})


def left_over(
    knowledge: Knowledge, book: RuleBook, read: Mapping[Claim, tuple[Read, ...]], places: Places
) -> Iterator[tuple[str, Fault]]:
    """Sums and shares in the sentence of an award that are typed, and that nothing counts with: a cap left as a number.

    Args:
        knowledge: tells the units of money, and what a quantity limits.
        book: the rules.
        read: the numerals that each number of the graph was read from.
        places: where resources stand.
    """
    quantities = {node.value: node for node in knowledge.instances(PKB.Quantity)}
    counted = {one.start for claim, reads in read.items() if claim.iri not in quantities for one in reads}
    paid = {name: clause.id for clause in book.clauses.values() if clause.options for name in clause.provisions}
    for claim, reads in read.items():
        node, clause = quantities.get(claim.iri), paid.get(claim.provision)
        if (
            node is None
            or clause is None
            or knowledge.objects(node, PKB.limits)
            or knowledge.objects(node, PKB.toConfirm)
        ):
            continue
        if (claim.unit == "share" or _is_money(knowledge, node)) and not any(one.start in counted for one in reads):
            where = places.definition(claim.iri)
            yield (
                claim.iri,
                breach("verify-left-over", "numbers", where, name=_name(claim.iri), words=claim.words, clause=clause),
            )


def _is_money(knowledge: Knowledge, quantity: ox.NamedNode) -> bool:
    unit = knowledge.node(quantity, PKB.unit)
    return unit is not None and knowledge.string(unit, SCHEMA.unitCode) is not None


def paid_twice(book: RuleBook, read: Mapping[Claim, tuple[Read, ...]], places: Places) -> Iterator[Fault]:
    """Two clauses that pay the same sum of the same words, to the same one, on the same conditions."""
    sums: dict[str, set[int]] = {}
    for claim, reads in read.items():
        if claim.clause and claim.role in _MONEY_ROLES and not claim.path:
            sums.setdefault(claim.clause, set()).update(one.start for one in reads)
    bound = [set(group.members) for group in book.every_group if group.combination != "sum"]
    for one, other in combinations([clause for clause in book.clauses.values() if clause.id in sums], 2):
        is_one = any({one.id, other.id} <= members for members in bound)
        if not is_one and sums[one.id] == sums[other.id] and _kind_of(one) == _kind_of(other):
            yield breach("verify-paid-twice", "numbers", places.definition(other.iri), one=one.id, other=other.id)


def _kind_of(clause: Clause) -> tuple[object, ...]:
    """What two clauses have in common that pay the same: about what, to whom, and on which conditions."""
    asked = frozenset((leaf.path, leaf.atoms) for leaf in (clause.root.leaves() if clause.root else ()))
    return clause.record_type, clause.payee, asked


def check_gaps(
    knowledge: Knowledge, book: RuleBook, sentences: Mapping[str, Sentence], places: Places
) -> Iterator[Fault]:
    """What the words say and no rule takes up.

    Args:
        knowledge: what has words, and the names of bodies.
        book: the rules.
        sentences: the provisions by id.
        places: where resources stand.
    """
    senses = read_senses(knowledge)
    covered = _covered(knowledge, sentences)
    asked = {
        leaf.provision for clause in book.clauses.values() for leaf in (clause.root.leaves() if clause.root else ())
    }
    paid = {name: clause.id for clause in book.clauses.values() if clause.grants_money for name in clause.provisions}
    for provision in book.provisions.values():
        spans = covered.get(provision.id, [])
        if provision.id in asked:
            yield from _items(provision, spans, places)
        if provision.id in paid:
            yield from _exceptions(provision, spans, senses, places)
    yield from _deciders(knowledge, book, senses, places)
    yield from _first_steps(book, places)
    yield from _unasked(book, senses, covered, places)
    for validity in knowledge.instances(PKB.Validity):
        part, source = knowledge.node(validity, PKB.ofPart), knowledge.node(validity, DCT.source)
        referred = knowledge.objects(source, ELI.refers_to) if source is not None else []
        if part is not None and referred and part not in referred:
            named = [local(one) for one in referred if isinstance(one, ox.NamedNode)]
            where = places.definition(validity.value)
            yield breach("verify-validity-part", RULE, where, name=local(validity), part=local(part), named=named)


def _unasked(
    book: RuleBook, senses: Senses, covered: Mapping[str, list[tuple[int, int]]], places: Places
) -> Iterator[Fault]:
    """Items by whose very name a sentence that pays asks, and that no rule of it looks at: 纳统的企业."""
    cited: dict[str, list[Clause]] = {}
    for clause in book.clauses.values():
        rests = (leaf.provision for leaf in (clause.root.leaves() if clause.root else ()))
        for name in dict.fromkeys((*clause.provisions, *rests)):
            cited.setdefault(name, []).append(clause)
    for name, clauses in cited.items():
        provision, paid = book.provisions.get(name), [clause for clause in clauses if clause.options]
        if provision is None or not paid:
            continue
        used = {fact for clause in clauses for fact in _facts_of(clause)}
        types = [book.vocabulary.record_types[type] for type in {clause.record_type for clause in paid} if type]
        for fact in dict.fromkeys(fact for type in types for fact in type.facts if fact not in used):
            known = book.vocabulary.facts[fact]
            labels = (known.label.zh, *book.vocabulary.aliases.get(("fact", fact), ()))
            names = {senses.phrases["whether"].sub("", label) for label in labels if known.datatype == "boolean"}
            places_of = ((name, provision.quote.find(name)) for name in sorted(names) if len(name) > 1)
            spans = [(start, start + len(name)) for name, start in places_of if start >= 0]
            taken = covered.get(provision.id, ())
            for start, end in [span for span in spans if not any(a < span[1] and span[0] < b for a, b in taken)][:1]:
                words = provision.quote[start:end]
                where = places.definition(provision.iri)
                yield breach("verify-unasked", RULE, where, provision=provision.id, words=words, fact=fact)


def _first_steps(book: RuleBook, places: Places) -> Iterator[Fault]:
    """So much for every full step: where not one is full nothing is paid, and a condition has to say so."""
    for clause in book.clauses.values():
        for option in clause.options:
            nodes = tuple(option.expression.nodes()) if option.expression is not None else ()
            if any(node.op in ("sum", "greatest") for node in nodes):
                continue  # Something is paid besides.
            trees = [tree for tree in (clause.root, option.condition) if tree is not None]
            atoms = [atom for tree in trees for leaf in tree.leaves() for atom in leaf.atoms if atom.op in ("ge", "gt")]
            for fact, least in (found for node in nodes if node.op == "steps" and (found := _first_of(node))):
                reached = (Decimal(str(value)) for atom in atoms if atom.path == fact for value in atom.values)
                if not any(value >= least for value in reached):
                    where, plain = places.definition(option.iri), f"{least.normalize():f}"
                    yield breach("verify-first-step", RULE, where, name=_name(option.iri), fact=fact, least=plain)


def _first_of(steps: Expression) -> tuple[str, Decimal] | None:
    """Of which fact steps are counted, and from where on there is one; None where that is no number of the text."""
    counted, step = steps.operands[0], steps.operands[-1].number
    if step is None:
        return None
    if counted.fact is not None:
        return counted.fact, step
    above = counted.operands[-1].number if counted.op == "excess" else None
    fact = counted.operands[0].fact if above is not None else None
    return None if fact is None or above is None else (fact, above + step)


def _facts_of(clause: Clause) -> Iterator[str]:
    """The facts that the conditions and amounts of a clause look at."""
    trees = [clause.root, *(option.condition for option in clause.options)]
    yield from (leaf.path for tree in trees if tree is not None for leaf in tree.leaves())
    yield from (fact for option in clause.options for fact in option.facts())


def _covered(knowledge: Knowledge, sentences: Mapping[str, Sentence]) -> dict[str, list[tuple[int, int]]]:
    """Where words of rules, notices and readings stand; a number that is only written down takes up nothing."""
    found: dict[str, list[tuple[int, int]]] = {}
    plain = {PKB.Quantity, PKB.FigureOfSpeech}
    for node in knowledge.subjects(PKB.words):
        if plain & set(knowledge.objects(node, RDF.type)):
            continue
        for source in knowledge.objects(node, DCT.source):
            name = local(source) if isinstance(source, ox.NamedNode) else ""
            for words in knowledge.objects(node, PKB.words) if name in sentences else ():
                found.setdefault(name, []).extend(sentences[name].spans(words.value))
    return found


def _items(provision: Provision, spans: list[tuple[int, int]], places: Places) -> Iterator[Fault]:
    """Of a list of which conditions take up some items, those that nothing takes up."""
    starts = [match.end() for match in ITEM.finditer(provision.quote)]
    items = list(pairwise([*starts, len(provision.quote)]))
    taken = [any(start < last and first < end for first, last in spans) for start, end in items]
    if len(items) < 2 or sum(taken) == 0:
        return
    for (start, end), is_taken in zip(items, taken, strict=True):
        if not is_taken:
            words = re.sub(r"[；。\s]+[（(]?[^；。）)]{0,3}[）)]?$", "", provision.quote[start:end].strip())
            yield breach(
                "verify-item-idle", RULE, places.definition(provision.iri), provision=provision.id, words=words
            )


def _exceptions(provision: Provision, spans: list[tuple[int, int]], senses: Senses, places: Places) -> Iterator[Fault]:
    """What a sentence that pays excepts, and no condition, notice or group takes up."""
    for match in senses.phrases["exception"].finditer(provision.quote):
        first, last = match.span()
        if not any(start < last and first < end for start, end in spans):
            yield breach(
                "verify-exception-idle", RULE, places.definition(provision.iri), provision=provision.id, words=match[0]
            )


def _deciders(knowledge: Knowledge, book: RuleBook, senses: Senses, places: Places) -> Iterator[Fault]:
    """Bodies of which the words say that they decide, and of which no rule of the clause says so."""
    named = list(_bodies(knowledge, book))
    decides, by = (senses.phrases[name].pattern for name in ("decides", "by"))
    for clause in book.clauses.values():
        if not clause.grants_money:
            continue
        known = {body.iri for body in clause.authority} | set(_waited(knowledge, book, clause))
        # One body of several that decide together is one of them.
        known |= {
            part.value
            for whole in known
            for part in knowledge.objects(ox.NamedNode(whole), _PART)
            if isinstance(part, ox.NamedNode)
        }
        quotes = [book.provisions[name].quote for name in clause.provisions if name in book.provisions]
        for quote in quotes:
            for iri, label in named:
                words = re.search(rf"(?:{by}){re.escape(label)}[^，。；]{{0,12}}?(?:{decides})", quote)
                if words is None:
                    continue
                others = [body for body in _written(knowledge, clause) if body != iri]
                strays = [
                    body
                    for body in others
                    if not any(name in one for at, name in named if at == body for one in quotes)
                ]
                if iri not in known or (strays and iri not in {body.iri for body in clause.authority}):
                    yield breach(
                        "verify-decider",
                        RULE,
                        places.definition(clause.iri),
                        clause=clause.id,
                        words=words[0],
                        body=label,
                    )


def _written(knowledge: Knowledge, clause: Clause) -> list[str]:
    """The bodies that are written to be those of a clause, and do not follow from the document."""
    node = ox.NamedNode(clause.iri)
    derived = {triple.object for triple in knowledge.derived if triple.subject == node}
    found = knowledge.objects(node, CV.hasCompetentAuthority)
    return [body.value for body in found if isinstance(body, ox.NamedNode) and body not in derived]


_PART = ox.NamedNode("http://www.w3.org/ns/org#hasSubOrganization")


def _waited(knowledge: Knowledge, book: RuleBook, clause: Clause) -> Iterator[str]:
    """The bodies for which the facts of a clause wait."""
    trees = [clause.root, *(option.condition for option in clause.options)]
    leaves = [leaf for tree in trees if tree is not None for leaf in tree.leaves()]
    for leaf in leaves:
        body = knowledge.node(ox.NamedNode(leaf.iri), PKB.decidedBy)
        if body is not None:
            yield body.value
    facts = [leaf.path for leaf in leaves]
    facts += [fact for option in clause.options for fact in option.facts()]
    for fact in facts:
        known = book.vocabulary.facts.get(fact)
        if known is not None and known.decided_by is not None:
            yield known.decided_by.iri


def _bodies(knowledge: Knowledge, book: RuleBook) -> Iterator[tuple[str, str]]:
    """The bodies of the document with each of their Chinese names, the longest first."""
    found = []
    for node in knowledge.instances(CV.PublicOrganisation):
        if node.value.startswith(book.document.iri):
            for term in (*knowledge.objects(node, SKOS.prefLabel), *knowledge.objects(node, SKOS.altLabel)):
                if isinstance(term, ox.Literal) and term.language == "zh":
                    found.append((node.value, term.value))
    yield from sorted(found, key=lambda one: -len(one[1]))


def _name(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
