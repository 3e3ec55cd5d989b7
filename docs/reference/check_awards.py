"""What a record has by each clause alone, from the graph and the record alone: rdflib, and no code of policykb.

Every condition is met (2), open (1) or not met (0); every number has a least and a most, where something is missing.
"""
import operator as op
from datetime import date
from decimal import ROUND_HALF_UP, Decimal as D
from functools import reduce
from rdflib import RDF, RDFS, SH, SKOS, Graph, Literal, Namespace
PKB, SCHEMA = Namespace("https://w3id.org/policykb/ns#"), Namespace("https://schema.org/")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
G, INF, NONE = Graph(), D("Infinity"), D(0)
one = G.value
def every(s, p): return list(G.objects(s, p))
def lists(s, p): return [G.collection(head) for head in G.objects(s, p)]
def name(term): return str(term or "").replace("/", "#").rpartition("#")[2]
def number(value): return D(f"{value:%Y%m%d}") if isinstance(value, date) else D(value)
def rises(f): return lambda x, y, day: (f(x[0], y[0]), f(x[1], y[1]))
def falls(f): return lambda x, y, day: (f(x[0], y[1]), f(x[1], y[0]))
OPS = {"sum": rises(op.add), "product": rises(lambda a, b: a and b and a * b), "least": rises(min), "greatest": rises(max),
       "excess": falls(lambda a, b: max(a - b, NONE)), "quotient": falls(lambda a, b: a / b if b else a and INF),
       "difference": falls(op.sub), "steps": falls(lambda a, b: a // b if b else a and INF),
       "later": rises(lambda a, b: a + 10000 * b), "first": lambda x, y, day: x if x[1] < INF else y,
       "once": lambda x, y, day: x if y[1] <= day else (NONE, INF)}
SIGNS = {"minInclusive": op.ge, "minExclusive": op.gt, "maxInclusive": op.le, "maxExclusive": op.lt,
         "lessThan": op.lt, "lessThanOrEquals": op.le}
def worked(node, reach, day):
    if isinstance(node, Literal) or not (kind := name(one(node, PKB.operator))):
        return (D(node), D(node)) if isinstance(node, Literal) else reach(node)
    parts = [worked(n, reach, day) for n in every(node, PKB.operand) + every(node, PKB.by)]
    return reduce(lambda x, y: OPS[kind](x, y, day), parts)
def truth(node, known, span):
    if (path := one(node, SH.path)) is None:
        def true(nodes): return [truth(n, known, span) for n in nodes]
        parts = true(every(node, SH.node) + every(node, SH.property)) + [2 - t for t in true(every(node, SH["not"]))]
        parts += [min(true(them)) for them in lists(node, SH["and"])] + [max(true(them)) for them in lists(node, SH["or"])]
        return min(parts, default=2)
    missing, found, values, (low, high) = 1 if one(node, SH.minCount) else 2, [], known.get(path), span(path)
    for sign, bound in ((sign, bound) for sign in SIGNS for bound in every(node, SH[sign])):
        least, most = (number(bound.toPython()),) * 2 if isinstance(bound, Literal) else span(bound)
        ends = [SIGNS[sign](*pair) for pair in ((low, most), (high, least))]
        sure, may = ends if sign[:3] == "min" else ends[::-1]
        found.append(2 if sure else missing if may else 0)
    for allowed in [[v] for v in every(node, SH.hasValue)] + lists(node, SH["in"]):
        found.append(missing if values is None else 2 * any(v.toPython() in values for v in allowed))
    return min(found, default=missing if values is None else 2)
def amount(option, known, reach, day):
    fixed, floor, worked_out = (one(option, p) for p in (SCHEMA.value, SCHEMA.minValue, PKB.expression))
    low, high = worked(fixed or worked_out or floor, reach, day)
    if floor:
        agreed = known.get(one(option, PKB.agreed), [NONE])[0]
        low, high = (agreed, agreed) if agreed >= low else (low, INF)
    return NONE if name(one(option, PKB.amountKind)) == "ceiling" else low, high
def awards(record, as_of):
    """Record, clause, year, currency, the least, the most, and 2 where the clause applies or 1 where it may."""
    period, kinds = record["period"], {"decimal": D, "integer": D, "date": date.fromisoformat}
    end = date(int(period), 12, 31) if len(period) == 4 else date.fromisoformat(period)
    day, stated = number(on := as_of or end), {**record, "division": record["subject"].get("division")}
    known = {PKB[f]: v if isinstance(v, list) else [kinds.get(name(one(PKB[f], RDFS.range)), lambda v: v)(v)]
             for f, v in stated.items() if v is not None}
    spans = {f: (number(v),) * 2 for f, (v, *_) in known.items() if isinstance(v, (D, date))}
    for fact in set(G.subjects(RDF.type, PKB.DerivedFact)) - set(known):
        low, high = worked(one(fact, PKB.expression), lambda f: spans[f] if f in known else (NONE, INF), day)
        spans[fact] = (low if low == high else -INF, high)
    def span(fact): return spans.get(fact, (-INF, INF))
    law, days = one(None, RDF.type, PKB.Applicability), zip(("asOfFrom", "periodsEndingFrom", "inForceThrough"), (date.min, date.min, date.max))
    first, since, last = ((law and one(law, PKB[p]) or Literal(d)).toPython() for p, d in days)
    for clause in G.subjects(PKB.recordType, PKB[record["type"]]) if first <= on <= last and since <= end <= last else ():
        options, how = every(clause, CPSV.produces), name(one(clause, PKB.combination))
        whens = [(truth(c, known, span) if (c := one(o, PKB.condition)) else 2, o) for o in options]
        chances = [(t, *amount(o, known, lambda f: [max(v, NONE) for v in span(f)], day)) for t, o in whens if t]
        root = truth(one(clause, PKB.eligibility), known, span) if chances else 0
        if root:
            applies = root if one(clause, PKB.exhaustive) else min(root, max(t for t, *_ in chances))
            sure, currency = [low for t, low, _ in chances if t == 2], one(options[0], SCHEMA.currency)
            least = sum(sure) if how == "sum" else max(sure, default=min(low for _, low, _ in chances))
            most = (sum if how in ("sum", "unsettled") else max)(h for *_, h in chances)
            unit = max(D(u) for node in G.subjects(SKOS.notation, currency) for u in every(node, PKB.smallestUnit))
            ends = (v if v == INF else v.quantize(unit, ROUND_HALF_UP) for v in (least * (applies == 2), most))
            yield record["id"], clause, period[:4], str(currency), *ends, applies
