"""Write generated rules as Turtle overlays on the shipped policy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from generated_rules import Bounds, ClauseSpec, Leaf, OptionSpec, Quantity, RuleSet, Tree

__all__ = ["GROUP", "to_turtle", "to_turtles"]

GROUP = "art-01-highest"
"""The group of the shipped policy in whose name clauses are grouped."""

PREFIXES = """@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-amount: <https://w3id.org/policykb/scheme/amount-kind#> .
@prefix pkb-operator: <https://w3id.org/policykb/scheme/operator#> .
@prefix pkb-combine: <https://w3id.org/policykb/scheme/combination#> .
@prefix pkb-kind: <https://w3id.org/policykb/scheme/clause-kind#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix szq: <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix szq-clause: <https://w3id.org/policykb/id/szq-2020-12/clause/> .
@prefix t: <https://example.org/generated/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def to_turtles(rules: RuleSet) -> list[str]:
    """The clauses as overlays, one or several; the group goes with the last."""
    found, place = [], 0
    for number, part in enumerate(rules.overlays()):
        writer = _Writer(rules.shared, f"o{number}x")
        replaced = ", ".join(f"szq-clause:{spec.id}" for spec in part)
        writer.lines.append(f"t:overlay{number} a pkb:Overlay ; pkb:replaces {replaced} .")
        for spec in part:
            place += 1
            writer.clause(spec, place)
        if rules.group and place == len(rules.clauses):
            members = ", ".join(f"szq-clause:{name}" for name in rules.group)
            writer.lines.append(
                f'szq-clause:{GROUP} a pkb:Group ; dct:identifier "{GROUP}" ; '
                f"pkb:combination pkb-combine:highest ; pkb:member {members} ; dct:source szq:art-01-s7 ."
            )
        found.append(PREFIXES + "\n".join(writer.lines) + "\n")
    return found


def to_turtle(rules: RuleSet) -> str:
    """The overlays one after the other, to be read."""
    lines = [line for text in to_turtles(rules) for line in text.splitlines() if not line.startswith("@prefix")]
    return "\n".join(lines) + "\n"


class _Writer:
    def __init__(self, shared: bool, stem: str) -> None:
        self.lines: list[str] = []
        self.count = 0
        self.stem = stem
        self.shared: dict[tuple[str, Any], str] | None = {} if shared else None

    def name(self) -> str:
        self.count += 1
        return f"t:{self.stem}{self.count}"

    def clause(self, spec: ClauseSpec, number: int) -> None:
        root = self.node(spec.root)
        options = [self.option(option, spec.currency) for option in spec.options]
        produced = f" ; cpsv:produces {', '.join(options)}" if options else ""
        produced += " ; pkb:exhaustive true" if spec.exhaustive else ""
        self.lines.append(
            f'szq-clause:{spec.id} a pkb:Clause ; dct:identifier "{spec.id}" ; dct:title "{spec.id}"@zh ; '
            f"pkb:clauseKind pkb-kind:award ; cv:hasLegalResource szq:art-01-s{number} ; "
            f"pkb:recordType pkb:{spec.world} ; pkb:eligibility {root} ; "
            f"pkb:combination pkb-combine:{spec.combination}{produced} ."
        )

    def option(self, option: OptionSpec, currency: str) -> str:
        name = self.name()
        parts = [f'a pkb:Option ; pkb:amountKind pkb-amount:{option.kind} ; schema:currency "{currency}"']
        numbers = {"schema:value": option.value, "pkb:rate": option.rate}
        numbers |= {"schema:maxValue": option.cap, "schema:minValue": option.floor}
        parts += [f"{term} {_literal(number)}" for term, number in numbers.items() if number is not None]
        facts = {"base": option.base, "agreed": option.agreed}
        facts |= {"multiplier": option.multiplier, "divisor": option.divisor}
        parts += [f"pkb:{term} pkb:{fact}" for term, fact in facts.items() if fact is not None]
        if option.condition is not None:
            parts.append(f"pkb:condition {self.node(option.condition)}")
        if option.quantity is not None:
            parts.append(f"pkb:expression {self.quantity(option.quantity)}")
        for number, (lower, upper, rate) in enumerate(option.bands):
            bounds: Bounds = ((("minExclusive", lower),) if number or lower else ()) + (
                (("maxInclusive", upper),) if upper is not None else ()
            )
            # A band of everything says so by its lower end.
            bounds = bounds or (("minInclusive", lower),)
            band = self.name()
            own = f"pkb:base pkb:{option.base} ; " if number % 2 else ""
            self.lines.append(
                f'{band} a pkb:Option ; pkb:amountKind pkb-amount:exact ; schema:currency "{currency}" ; {own}'
                f"pkb:rate {_literal(rate)} ; pkb:condition {self.node(Leaf(option.base or '', bounds))} ."
            )
            parts.append(f"pkb:band {band}")
        self.lines.append(f"{name} {' ; '.join(parts)} .")
        return name

    def quantity(self, quantity: Quantity) -> str:
        """A number that is worked out, as it is named where it is used."""
        if isinstance(quantity, str):
            return f"pkb:{quantity}"
        if isinstance(quantity, Decimal):
            return _literal(quantity)
        (operator, (one, by)), name = quantity, self.name()
        self.lines.append(
            f"{name} a pkb:Expression ; pkb:operator pkb-operator:{operator} ; "
            f"pkb:operand {self.quantity(one)} ; pkb:by {self.quantity(by)} ."
        )
        return name

    def node(self, tree: Tree) -> str:
        """A node shape that holds a condition; where shapes are shared, an equal one stands once."""
        if self.shared is not None and ("node", tree) in self.shared:
            return self.shared["node", tree]
        name = self._node(tree)
        if self.shared is not None:
            self.shared["node", tree] = name
        return name

    def _node(self, tree: Tree) -> str:
        name = self.name()
        if isinstance(tree, Leaf):
            self.lines.append(f"{name} a sh:NodeShape ; sh:property {self.leaf(tree)} .")
            return name
        operator, parts = tree
        members = [self.leaf(part) if isinstance(part, Leaf) else self.node(part) for part in parts]
        if operator == "and" and self.count % 2 and len(set(members)) == len(members):
            # What holds together may as well be said without a list.
            terms = ["sh:property" if isinstance(part, Leaf) else "sh:node" for part in parts]
            shown = " ; ".join(f"{term} {member}" for term, member in zip(terms, members, strict=True))
            self.lines.append(f"{name} a sh:NodeShape ; {shown} .")
            return name
        shown = members[0] if operator == "not" else f"( {' '.join(members)} )"
        self.lines.append(f"{name} a sh:NodeShape ; sh:{operator} {shown} .")
        return name

    def leaf(self, leaf: Leaf) -> str:
        if self.shared is not None and ("leaf", leaf) in self.shared:
            return self.shared["leaf", leaf]
        name = self.name()
        parts = [f"sh:path pkb:{leaf.fact} ; dct:source szq:art-01-s1"]
        parts.append("sh:minCount 1" if leaf.required else 'pkb:presumption "推定"@zh , "presumed"@en')
        for op, bound in leaf.bounds:
            if op.startswith("lessThan"):
                parts.append(f"sh:{op} pkb:{bound}")
            elif isinstance(bound, tuple):
                parts.append(f"sh:{op} ( {' '.join(map(_literal, bound))} )")
            else:
                parts.append(f"sh:{op} {_literal(bound)}")
        self.lines.append(f"{name} a sh:PropertyShape ; {' ; '.join(parts)} .")
        if self.shared is not None:
            self.shared["leaf", leaf] = name
        return name


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f'"{value.isoformat()}"^^xsd:date'
    if isinstance(value, str):
        return f'"{value}"'
    text = f"{value:f}"
    assert isinstance(value, Decimal)
    return text if "." in text else f"{text}.0"
