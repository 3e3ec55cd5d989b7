"""Check a certificate of `policykb advise --certificate` again, from the graph and the records alone (needs rdflib).

    python check_certificate.py CERTIFICATE.json RECORDS.json GRAPH     GRAPH: the folder that `policykb export` wrote

`check_awards.py`, beside this, works out what each clause alone gives a record; here stands what may be had together.
"""
import hashlib, json, sys
from datetime import date
from decimal import ROUND_HALF_UP, Decimal as D
from itertools import groupby, product
from pathlib import Path
from check_awards import INF, NONE, PKB, RDF, SCHEMA, G, awards, every, name, one
LEAST, MOST = 4, 5  # places in an award: record, clause, year, currency, the least, the most, whether it applies (2)
def split(node, own):  # the awards that a clause or group is about, by the record, year or subject that its scope is
    def inside(n): return {n}.union(*map(inside, every(n, PKB.member)))
    by = {"subject": lambda a: "", "subject-year": lambda a: a[2]}.get(name(one(node, PKB.scope)), lambda a: a[0])
    return [list(part) for _, part in groupby(sorted((a for a in own if a[1] in inside(node)), key=by), by)]
def ways(node, own, end, records):  # the lawful sets of some awards, those within larger ones apart: (sum, set)
    if not (members := every(node, PKB.member)):
        return [(own[0][end], {own[0]})]
    kids = [ways(member, part, end, records) for member in members for part in split(member, own)]
    how, scope, firsts = name(one(node, PKB.combination)), name(one(node, PKB.scope)), every(node, PKB.excluding)
    if how in ("highest", "choice"):
        return [way for kid in kids for way in kid]
    cap, base = one(node, SCHEMA.maxValue), name(one(node, PKB.base))
    near = [r for r in records if r["id"] == own[0][0] or scope == "subject" or scope and r["period"][:4] == own[0][2]]
    caps = [max(D(r[base]), NONE) * D(one(node, PKB.rate)) for r in near if r.get(base) is not None] or [NONE, INF]
    caps = [c if c == INF else c.quantize(own[0][LEAST], ROUND_HALF_UP) for c in ([D(cap)] if cap else caps)]
    most = INF if how != "sum" else min(caps) if end == LEAST else max(caps)
    kids = [kid for kid in kids if any(a[1] in firsts for a in kid[0][1])] or kids
    return [(min(sum(w[0] for w in way), most), set().union(*(w[1] for w in way))) for way in product(*kids)]
def best(own, end, records, nothing):  # the best set, the best that has what it lacks, and what forbids both together
    groups = sorted(G.subjects(RDF.type, PKB.Group))
    tops = [n for n in [*dict.fromkeys(a[1] for a in own), *groups] if one(None, PKB.member, n) is None]
    parts = [ways(n, part, end, records) for n in tops for part in split(n, own)]
    def rank(way): return way[0], [a in way[1] for a in own]
    def whole(ways): return sum((w[0] for w in ways), nothing), set().union(*(w[1] for w in ways))
    def shown(way):
        had = [{"record": a[0], "clause": name(a[1])} for a in own if a in way[1]]
        return {"total": None if way[0] == INF else str(way[0]), "had": had}
    had = [max(part, key=rank) for part in parts]
    others = [whole([*had[:n], w, *had[n + 1:]]) for n, part in enumerate(parts) for w in part if w[1] - had[n][1]]
    if not others or whole(had)[0] == INF:
        return {**shown(whole(had)), "runnerUp": None}
    union = whole(had)[1] | (other := max(others, key=rank))[1]
    apart = [g for g in groups if name(one(g, PKB.combination)) in ("highest", "choice") for part in split(g, own)
             if sum(bool(union & set(kid)) for member in every(g, PKB.member) for kid in split(member, part)) > 1]
    said = [{"group": name(g), "words": str(one(g, PKB.words))} for g in dict.fromkeys(apart)]
    return {**shown(whole(had)), "runnerUp": {**shown(other), "forbidden": said}}
def certified(subject, records, day):  # what should stand there about a subject, its awards in the order of the list
    places = [(a["record"], a["clause"]) for a in subject["awards"]]
    own = sorted((a for r in records for a in awards(r, day)), key=lambda a: places.index((a[0], name(a[1]))))
    who = next((r["subject"] for r in records if r["subject"].get("creditCode")), records[0]["subject"])
    keeping, best_of = set(G.objects(None, PKB.excluding)), []
    assert all(a[6] == 2 for a in own if a[1] in keeping), "whether others are kept out is open"
    for money in dict.fromkeys(a[3] for a in own):
        alive = {end: [a for a in own if a[3] == money and (a[end] > 0 or a[1] in keeping)] for end in (LEAST, MOST)}
        ends = {end: best(alive[end], end, records, own[0][LEAST] * 0) for end in alive}
        best_of.append({"currency": money, "least": ends[LEAST], "most": ends[MOST]})
    told = [dict(record=a[0], clause=name(a[1]), currency=a[3], min=str(a[4]), max=None if a[5] == INF else str(a[5])) for a in own]
    return dict(name=who.get("name"), creditCode=who.get("creditCode"), records=[r["id"] for r in records], awards=told, best=best_of)
def leaves(value, at=""):  # all that stands somewhere, by its place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {p: v for k, one in inner for p, v in leaves(one, f"{at}/{k}").items()} if inner and value else {at: value}
def check(claimed, records):  # what of a certificate is not so: where it stands, what is claimed, what was found
    try:
        text = json.dumps(rest := {k: v for k, v in claimed.items() if k != "digest"}, ensure_ascii=False, sort_keys=True)
        day = None if claimed["receipt"]["asOf"] == "period end" else date.fromisoformat(claimed["receipt"]["asOf"])
        told = [certified(s, [r for r in records if r["id"] in s["records"]], day) for s in claimed["subjects"]]
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError) as fault:
        return [f"it cannot be worked out again: {fault!r}"]
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    said, found = leaves(claimed), leaves({**rest, "subjects": told, "digest": digest})
    pairs = {p: (said.get(p, "-"), found.get(p, "-")) for p in {**said, **found}}
    pairs["/records"] = sorted(i for s in told for i in s["records"]), sorted(r["id"] for r in records)
    return [f"{place}: claimed {one}, found {other}" for place, (one, other) in pairs.items() if one != other]
if __name__ == "__main__":
    [G.parse(file) for file in Path(sys.argv[3]).glob("*.ttl")]
    given = json.loads(Path(sys.argv[2]).read_text("utf-8"), parse_float=D, parse_int=D)["records"]
    sys.exit("\n".join(check(json.loads(Path(sys.argv[1]).read_text("utf-8")), given)) or 0)
