"""Rules that engines would decide in different ways, or pass over in part, are refused, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from policykb.errors import KnowledgeError, KnowledgeFaults
from policykb.law.load import load
from policykb.law.rules import read_rules
from soaking import share

ROOT = Path(__file__).resolve().parents[2]
HEAD = """@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dash: <http://datashapes.org/dash#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/> .
@prefix pkb: <https://w3id.org/policykb/ns#> .
@prefix pkb-amount: <https://w3id.org/policykb/scheme/amount-kind#> .
@prefix pkb-combine: <https://w3id.org/policykb/scheme/combination#> .
@prefix pkb-operator: <https://w3id.org/policykb/scheme/operator#> .
@prefix pkb-kind: <https://w3id.org/policykb/scheme/clause-kind#> .
@prefix pkb-unit: <https://w3id.org/policykb/scheme/unit#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix szq: <https://w3id.org/policykb/id/szq-2020-12/> .
@prefix szq-clause: <https://w3id.org/policykb/id/szq-2020-12/clause/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLAUSE = """ex:overlay a pkb:Overlay ;
    pkb:replaces szq-clause:art-05-warehouse .

szq-clause:art-05-warehouse a pkb:Clause ;
    dct:identifier "art-05-warehouse" ;
    pkb:clauseKind pkb-kind:award ;
    cv:hasLegalResource szq:art-05-s3 ;
    pkb:recordType pkb:EnterpriseYear ;
    pkb:eligibility ex:root ;
    cpsv:produces ex:option .

"""
PRODUCER = """ex:root a sh:NodeShape ;
    sh:property ex:producer .

ex:producer a sh:PropertyShape ;
    sh:path pkb:producer ;
    sh:minCount 1 ;
    sh:hasValue true ;
    dct:source szq:art-05-s3 .

"""
AMOUNT = """ex:option a pkb:Option ;
    pkb:amountKind pkb-amount:exact ;
    schema:currency "CNY" ;
    schema:value 100.0 .

"""
FEE = """ex:option a pkb:Option ;
    pkb:amountKind pkb-amount:marginal-bands ;
    schema:currency "CNY" ;
    pkb:base pkb:platformFeeCNY ;
"""


def criterion(body: str, path: str = "pkb:platformFeeCNY", source: str = "    dct:source szq:art-05-s3 .") -> str:
    """A clause whose only criterion says this."""
    return (
        f"{CLAUSE}{AMOUNT}ex:root a sh:NodeShape ;\n    sh:property ex:one .\n\nex:one a sh:PropertyShape ;\n"
        f"    sh:path {path} ;\n    sh:minCount 1 ;\n{body} ;\n{source}\n"
    )


def root(body: str) -> str:
    """A clause whose condition says this; ex:producer is a criterion, ex:node a node shape."""
    parts = PRODUCER.partition("\n\n")[2]
    node = "ex:node a sh:NodeShape ;\n    sh:property ex:producer .\n"
    return f"{CLAUSE}{AMOUNT}ex:root a sh:NodeShape ;\n{body}\n\n{parts}{node}"


def option(body: str, kind: str = "exact") -> str:
    """A clause whose only option says this."""
    return (
        f'{CLAUSE}{PRODUCER}ex:option a pkb:Option ;\n    schema:currency "CNY" ;\n'
        f"    pkb:amountKind pkb-amount:{kind} ;\n{body}\n"
    )


def band(
    name: str, bounds: str, more: str = "", rate: str = "    pkb:rate 0.1 ;\n", path: str = "platformFeeCNY"
) -> str:
    """A band of the platform fee."""
    return (
        f'ex:{name} a pkb:Option ;\n    pkb:amountKind pkb-amount:exact ;\n    schema:currency "CNY" ;\n{more}{rate}'
        f"    pkb:condition ex:{name}-when .\n\nex:{name}-when a sh:NodeShape ;\n    sh:property ex:{name}-part .\n\n"
        f"ex:{name}-part a sh:PropertyShape ;\n    sh:path pkb:{path} ;\n    sh:minCount 1 ;\n{bounds}"
        f"    dct:source szq:art-05-s3 .\n\n"
    )


def bands(*parts: str, more: str = "") -> str:
    """A clause with marginal bands of the platform fee."""
    names = " , ".join(f"ex:{part.split(' ')[0].removeprefix('ex:')}" for part in parts)
    return f"{CLAUSE}{PRODUCER}{FEE}{more}    pkb:band {names} .\n\n{''.join(parts)}"


def derived(body: str, range: str = "decimal") -> str:
    """The increase in trade, derived in this way."""
    return (
        "ex:overlay a pkb:Overlay ;\n    pkb:replaces pkb:tradeIncreaseUSD .\n\n"
        "pkb:tradeIncreaseUSD a rdf:Property , pkb:Fact , pkb:DerivedFact ;\n"
        f'    dct:identifier "tradeIncreaseUSD" ;\n    rdfs:range xsd:{range} ;\n{body}\n'
    )


def group(members: str, combination: str = "highest") -> str:
    """The group of article 1 with these members."""
    return (
        "ex:overlay a pkb:Overlay ;\n    pkb:replaces szq-clause:art-01-highest .\n\n"
        "szq-clause:art-01-highest a pkb:Group ;\n"
        f'    dct:identifier "art-01-highest" ;\n    pkb:combination pkb-combine:{combination} ;\n'
        f"    pkb:member {members} ;\n    dct:source szq:art-01-s10 .\n"
    )


def worked(operator: str, operand: str, by: str = "") -> str:
    """A clause whose amount is worked out by one operator."""
    second = f"    pkb:by {by} ; #!\n" if by else ""
    first = "" if by else " #!"
    return option("    pkb:expression ex:worked .\n") + (
        f"ex:worked a pkb:Expression ;\n    pkb:operator pkb-operator:{operator} ;\n"
        f"    pkb:operand {operand} ;{first}\n{second}    dct:source szq:art-05-s3 .\n"
    )


TYPED = ("a pkb:Option ;", "a pkb:Option ; #!")
WORKED = ("pkb:expression ex:worked .", "pkb:expression ex:worked . #!")
WHEN = ("condition ex:high-when .", "condition ex:high-when . #!")
BANDS = ("band ex:low , ex:high .", "band ex:low , ex:high . #!")
DERIVED = ("DerivedFact ;", "DerivedFact ; #!")
LOW, HIGH = "    sh:maxInclusive 100.0 ;\n", "    sh:minExclusive 100.0 ;\n"
RATED = "    pkb:rate 0.1 ;\n    pkb:base pkb:platformFeeCNY"
# Each line that ends in #! is refused, and no other; the ids are those of ontology/wordings/errors.ttl.
REFUSED: dict[str, tuple[str, set[str]]] = {
    # Facts and bounds.
    "a path of another namespace": (criterion("    sh:minInclusive 5.0", "ex:tradeCNY ; #!\n  "), {"names-no-fact"}),
    "a fact nobody declared": (criterion("    sh:minInclusive 5.0", "pkb:tradeEUR ; #!\n  "), {"name-unknown"}),
    "a fact of other records": (criterion("    sh:minInclusive 5.0", "pkb:boothFeeCNY ; #!\n  "), {"fact-of-others"}),
    "a text": (criterion('    sh:minInclusive "500" ; #!\n  '), {"bound-of-other-type"}),
    "a double": (criterion("    sh:minInclusive 1.0e7 ; #!\n  "), {"bound-of-other-type"}),
    "a float": (criterion('    sh:maxExclusive "5"^^xsd:float ; #!\n  '), {"bound-of-other-type"}),
    "a day": (criterion('    sh:minExclusive "2020-12-31"^^xsd:date ; #!\n  '), {"bound-of-other-type"}),
    "a whole number": (criterion("    sh:maxInclusive 500 ; #!\n  "), {"bound-of-other-type"}),
    "no number": (criterion('    sh:maxInclusive "five"^^xsd:decimal ; #!\n  '), {"shape-unreadable"}),
    "too many places": (criterion("    sh:maxInclusive 0.123456789 ; #!\n  "), {"bound-too-long"}),
    "too many digits": (criterion("    sh:maxInclusive 1000000000000000.0 ; #!\n  "), {"bound-too-long"}),
    "decimals in a list of ranks": (
        criterion("    sh:in ( 1.0 2.0 ) ; #!\n  ", "pkb:tradeRank"),
        {"bound-of-other-type"},
    ),
    "a rank of nothing": (criterion("    sh:hasValue 0 ; #!\n  ", "pkb:tradeRank"), {"bound-not-admitted"}),
    "a truth in words": (criterion('    sh:hasValue "true" ; #!\n  ', "pkb:producer"), {"bound-of-other-type"}),
    "an order of truths": (criterion("    sh:minInclusive true ; #!\n  ", "pkb:producer"), {"orders-no-number"}),
    "a division of five digits": (criterion('    sh:in ( "37040" ) ; #!\n  ', "pkb:division"), {"bound-not-admitted"}),
    "nothing between": (
        criterion("    sh:minExclusive 5.0 ;\n    sh:maxExclusive 5.0 ; #!\n  "),
        {"bounds-leave-nothing"},
    ),
    "no whole number between": (
        criterion("    sh:minExclusive 2 ;\n    sh:maxExclusive 3 ; #!\n  ", "pkb:tradeRank"),
        {"bounds-leave-nothing"},
    ),
    "two values at once": (
        criterion("    sh:hasValue true ; #!\n    sh:hasValue false", "pkb:producer"),
        {"value-twice"},
    ),
    "a value twice": (criterion("    sh:in ( 2 2 ) ; #!\n  ", "pkb:tradeRank"), {"value-twice"}),
    "less than itself": (criterion("    sh:lessThan pkb:platformFeeCNY ; #!\n  "), {"compares-unlike"}),
    "less than a rank": (criterion("    sh:lessThan pkb:tradeRank ; #!\n  "), {"compares-unlike"}),
    "less than what is not declared": (criterion("    sh:lessThanOrEquals ex:tradeCNY ; #!\n  "), {"names-no-fact"}),
    "less than a number": (criterion("    sh:lessThan 5.0 ; #!\n  "), {"shape-not-a-fact", "closed-form"}),
    "no words behind it": (
        criterion("    sh:minInclusive 5.0", source='    sh:name "x"@en .').replace(
            "art-05-s3 ;", "art-05-s3 , szq:art-05-s4 ;"
        ),
        {"criterion-uncited"},
    ),
    "nothing said of what is missing": (
        criterion("    sh:minInclusive 5.0").replace("FeeCNY ;\n    sh:minCount 1 ;", "FeeCNY ; #!"),
        {"criterion-open"},
    ),
    "two are asked for": (
        criterion("    sh:minInclusive 5.0").replace("    sh:minCount 1 ;", "    sh:minCount 2 ; #!"),
        {"closed-value"},
    ),
    # Constraints.
    "another project's constraint": (criterion("    dash:hasValueIn ( 5.0 ) ; #!\n  "), {"closed-property"}),
    "a constraint on records": (criterion("    pkb:onlyWhere pkb:producer ; #!\n  "), {"closed-property"}),
    "a pattern": (criterion('    sh:pattern "5" ; #!\n  '), {"closed-property"}),
    "switched off": (criterion("    sh:deactivated true ; #!\n  "), {"closed-property"}),
    "a mere warning": (criterion("    sh:severity sh:Warning ; #!\n  "), {"closed-property"}),
    "any of none": (root("    sh:or ( ) . #!"), {"shape-list-empty"}),
    "all of none": (root("    sh:and ( ) . #!"), {"shape-list-empty"}),
    "a value among none": (criterion("    sh:in ( ) ; #!\n  "), {"shape-list-empty"}),
    "a list without end": (
        criterion("    sh:in ex:list ; #!\n  ") + "\nex:list rdf:first 1.0 ;\n    rdf:rest ex:list .\n",
        {"shape-list-broken"},
    ),
    "half a list": (root("    sh:or ex:list . #!") + "\nex:list rdf:first ex:producer .\n", {"shape-list-broken"}),
    "a criterion for a node": (root("    sh:node ex:producer . #!"), {"shape-misplaced"}),
    "a node for a criterion": (root("    sh:property ex:node . #!"), {"shape-misplaced"}),
    "a text for a shape": (root('    sh:node "ex:node" . #!'), {"shape-points-to-literal", "closed-form"}),
    "a circle": (root("    sh:node ex:root . #!"), {"shape-circle"}),
    "a name nobody declared": (root("    sh:node ex:nod . #!"), {"shape-missing"}),
    "a criterion nobody declared": (root("    sh:property ex:producers . #!"), {"shape-missing"}),
    "any of a name nobody declared": (root("    sh:or ( ex:node ex:nod ) . #!"), {"shape-missing"}),
    "all of a name nobody declared": (root("    sh:and ( ex:node ex:nod ) . #!"), {"shape-missing"}),
    "not what nobody declared": (root("    sh:property ex:producer ;\n    sh:not ex:nod . #!"), {"shape-missing"}),
    "no condition at all": (
        root('    rdfs:comment "x"@en .').replace("root a sh:NodeShape ;", "root a sh:NodeShape ; #!"),
        {"shape-empty"},
    ),
    "not nothing": (root("    sh:not ex:none .\n\nex:none a sh:NodeShape . #!"), {"shape-empty"}),
    "a shape without name": (
        root("    sh:node [ sh:property ex:producer ] . #!"),
        {"closed-form", "closed-unnamed", "shape-unnamed"},
    ),
    # Amounts.
    "no amount": (option('    rdfs:comment "x"@en .').replace(*TYPED), {"option-without-amount"}),
    "a cap beside a sum": (option("    schema:value 5.0 ;\n    schema:maxValue 3.0 . #!"), {"option-beside"}),
    "a floor beside a rate": (option(f"{RATED} ;\n    schema:minValue 5.0 . #!"), {"option-several-ways"}),
    "a sum beside a rate": (
        option(f"    schema:value 5.0 ;\n{RATED} .").replace("0.1 ;", "0.1 ; #!"),
        {"option-several-ways"},
    ),
    "an agreed amount beside a sum": (
        option("    schema:value 5.0 ;\n    pkb:agreed pkb:listedCostCNY . #!"),
        {"option-beside"},
    ),
    "a rate of nothing": (
        option("    pkb:rate 0.1 .").replace(*TYPED),
        {"lacks-property"},
    ),
    "yuan and dollars added": (worked("sum", "pkb:tradeUSD , pkb:platformFeeCNY"), {"units-unlike"}),
    "dollars above yuan": (worked("excess", "pkb:platformFeeCNY", "pkb:tradeUSD"), {"units-unlike"}),
    "the lesser of yuan and a place": (worked("least", "pkb:platformFeeCNY", "pkb:tradeRank"), {"units-unlike"}),
    "the greater of yuan and square metres": (
        worked("greatest", "pkb:platformFeeCNY", "pkb:overseasWarehouseArea"),
        {"units-unlike"},
    ),
    "yuan times yuan": (
        worked("product", "pkb:platformFeeCNY", "pkb:listedCostCNY").replace(" #!", "").replace(*WORKED),
        {"amount-other-unit"},
    ),
    "dollars for yuan": (
        worked("sum", "pkb:tradeUSD , pkb:priorTradeUSD").replace(" #!", "").replace(*WORKED),
        {"amount-other-unit"},
    ),
    "dollars divided by yuan for a dollar": (
        option("    pkb:rate 0.1 ;\n    pkb:base pkb:tradeUSD ; #!\n    pkb:divisor pkb:usdCnyRate ."),
        {"amount-other-unit"},
    ),
    "dollars agreed for yuan": (
        option("    schema:minValue 5.0 ;\n    pkb:agreed pkb:tradeUSD . #!", "floor"),
        {"amount-other-unit"},
    ),
    "yuan less than dollars": (criterion("    sh:lessThan pkb:tradeUSD ; #!\n  "), {"units-unlike"}),
    "two that exclude each other, always": (
        option("    schema:value 5.0 .")
        .replace("pkb:recordType", "pkb:combination pkb-combine:exclusive ;\n    pkb:recordType")
        .replace("produces ex:option", "produces ex:option , ex:other")
        + 'ex:other a pkb:Option ; #!\n    schema:currency "CNY" ;\n    pkb:amountKind pkb-amount:exact ;\n'
        "    schema:value 7.0 .\n",
        {"exclusive-without-condition"},
    ),
    "a negative sum": (option("    schema:value -5.0 . #!"), {"closed-pattern"}),
    "a negative rate": (option(f"{RATED} .").replace("0.1 ;", "-0.1 ; #!"), {"closed-pattern"}),
    "a negative cap": (option(f"{RATED} ;\n    schema:maxValue -1.0 . #!"), {"closed-pattern"}),
    "a negative floor": (option("    schema:minValue -1.0 . #!", "floor"), {"closed-pattern"}),
    "a whole number for a sum": (option("    schema:value 5 . #!"), {"closed-form"}),
    "two sums": (option("    schema:value 5.0 , 6.0 . #!"), {"closed-several"}),
    "a base that is no number": (option("    pkb:rate 0.1 ;\n    pkb:base pkb:producer . #!"), {"amount-of-no-number"}),
    "a base of other records": (option("    pkb:rate 0.1 ;\n    pkb:base pkb:boothFeeCNY . #!"), {"fact-of-others"}),
    "a base of another namespace": (
        option("    pkb:rate 0.1 ;\n    pkb:base ex:platformFeeCNY . #!"),
        {"closed-class"},
    ),
    "a divisor that may be zero": (
        option(f"{RATED} ;\n    pkb:divisor pkb:listedCostCNY . #!"),
        {"divisor-may-be-zero"},
    ),
    "a multiplier that may be negative": (
        option(f"{RATED} ; #!\n    pkb:multiplier pkb:tradeIncreaseUSD . #!"),
        {"multiplier-may-be-negative", "amount-other-unit"},
    ),
    "a floor called exact": (
        option("    schema:minValue 5.0 .").replace("pkb-amount:exact ;", "pkb-amount:exact ; #!"),
        {"option-other-kind"},
    ),
    "a currency without unit": (
        option("    schema:value 5.0 .").replace('"CNY" ;', '"EUR" ; #!'),
        {"closed-value"},
    ),
    "two currencies": (
        option("    schema:value 5.0 .").replace("produces ex:option .", "produces ex:option , ex:other . #!")
        + '\nex:other a pkb:Option ; #!\n    schema:currency "USD" ;\n    pkb:amountKind pkb-amount:exact ;\n'
        "    schema:value 5.0 .\n",
        {"mixed-currencies", "exclusive-without-condition"},
    ),
    "a range of sums": (option("    schema:minValue 5.0 ;\n    schema:maxValue 9.0 . #!", "floor"), {"option-beside"}),
    # Bands.
    "a gap between bands": (
        bands(band("low", LOW), band("high", HIGH.replace("100", "150")).replace(*WHEN)),
        {"band-gap"},
    ),
    "bands that overlap": (
        bands(band("low", LOW), band("high", HIGH.replace("100", "50")).replace(*WHEN)),
        {"band-gap"},
    ),
    "a band behind the last": (
        bands(band("low", "    sh:minExclusive 0.0 ;\n"), band("high", HIGH).replace(*WHEN)),
        {"band-gap"},
    ),
    "a cap on a band": (
        bands(band("low", LOW, "    schema:maxValue 5.0 ; #!\n"), band("high", HIGH)),
        {"band-beside"},
    ),
    "a multiplier on a band": (
        bands(band("low", LOW, "    pkb:multiplier pkb:usdCnyRate ; #!\n"), band("high", HIGH)),
        {"band-beside"},
    ),
    "another base on a band": (
        bands(band("low", LOW, "    pkb:base pkb:listedCostCNY ; #!\n"), band("high", HIGH)),
        {"band-beside"},
    ),
    "another currency on a band": (
        bands(band("low", LOW), band("high", HIGH).replace('"CNY" ;', '"USD" ; #!')),
        {"band-other-currency"},
    ),
    "a sum for a band": (
        bands(
            band("low", LOW, rate="    schema:value 5.0 ; #!\n").replace("low a pkb:Option ;", "low a pkb:Option ; #!"),
            band("high", HIGH),
        ),
        {"band-beside", "lacks-property"},
    ),
    "bands of two facts": (
        bands(band("low", LOW), band("high", HIGH, path="overseasWarehouseArea")).replace(*BANDS),
        {"bands-of-others"},
    ),
    "a floor beside bands": (
        bands(band("low", LOW), band("high", HIGH), more="    schema:minValue 5.0 ; #!\n"),
        {"option-several-ways"},
    ),
    # Groups.
    "a member without an amount": (
        group("szq-clause:art-01-growth , szq-clause:art-01-nurture", "highest").replace("nurture ;", "nurture ; #!"),
        {"member-without-amount"},
    ),
    "a sum without a cap": (group("szq-clause:art-01-growth", "sum").replace("sum ;", "sum ; #!"), {"group-cap"}),
    "a group that leaves it open": (
        group("szq-clause:art-01-growth , szq-clause:art-01-volume", "unsettled").replace(
            "unsettled ;", "unsettled ; #!"
        ),
        {"closed-value"},
    ),
    "members of two kinds of record": (
        group("szq-clause:art-01-growth , szq-clause:art-02-exhibition").replace("exhibition ;", "exhibition ; #!"),
        {"group-mixed-types"},
    ),
    # Derivations.
    "in two ways": (
        derived(
            "    pkb:minuend pkb:tradeUSD ;\n    pkb:subtrahend pkb:priorTradeUSD ;\n    pkb:stated pkb:tradeUSD ."
        ).replace(*DERIVED),
        {"closed-several", "not-derivable"},
    ),
    "in half a way": (derived("    pkb:minuend pkb:tradeUSD .").replace(*DERIVED), {"not-derivable"}),
    "in another unit": (
        derived(
            "    pkb:unit pkb-unit:USD ; #!\n    pkb:minuend pkb:tradeCNY ;\n    pkb:subtrahend pkb:priorTradeCNY ."
        ),
        {"amount-other-unit"},
    ),
    "from what is derived": (
        derived("    pkb:minuend pkb:tradeUSD ;\n    pkb:subtrahend pkb:tradeIncreaseCNY . #!"),
        {"derived-twice"},
    ),
    "from truths": (
        derived("    pkb:minuend pkb:producer ; #!\n    pkb:subtrahend pkb:priorTradeUSD ."),
        {"derived-other-type"},
    ),
    "from what nobody declared": (
        derived("    pkb:minuend pkb:tradeEUR ; #!\n    pkb:subtrahend pkb:priorTradeUSD ."),
        {"name-unknown"},
    ),
    "a window of no whole years": (
        derived("    pkb:finalOf pkb:fdiUsedInWindowUSD ;\n    pkb:from pkb:windowStart ;\n    pkb:forYears 0 . #!"),
        {"closed-pattern"},
    ),
}


@pytest.mark.proof
@pytest.mark.parametrize("name", share(list(REFUSED), 4))
def test_refused(name: str, tmp_path: Path) -> None:
    """Each is refused by what is wrong with it, at its own line; a comment behind a line decides nothing.

    Every fourth of them is tried with every change, and all of them in `make soak`.
    """
    turtle, ids = REFUSED[name]
    path = tmp_path / "own.ttl"
    path.write_text(HEAD + turtle.replace("#! ;", " ; #!"), encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_rules(load(ROOT, "szq-2020-12", [path]))
    faults = caught.value.faults if isinstance(caught.value, KnowledgeFaults) else (caught.value,)
    own = [fault for fault in faults if str(path) in fault.where.en]
    marked = {n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "#!" in line}

    assert {fault.id for fault in own} == ids
    assert {int(fault.where.en.rpartition(" ")[2]) for fault in own} == marked or not marked


@pytest.mark.proof
@pytest.mark.parametrize(
    "turtle",
    [
        worked("product", "pkb:tradeUSD", "0.02"),
        worked("product", "pkb:tradeUSD", "pkb:usdCnyRate"),
        worked("product", "pkb:tradeRank", "1000.0"),
        worked("greatest", "pkb:platformFeeCNY", "5000.0"),
        option("    pkb:rate 0.1 ;\n    pkb:base pkb:tradeUSD ;\n    pkb:multiplier pkb:usdCnyRate ."),
        option("    pkb:rate 0.1 ;\n    pkb:base pkb:tradeCNY ;\n    pkb:divisor pkb:usdCnyRate .").replace(
            'CNY"', 'USD"'
        ),
    ],
)
def test_converted(turtle: str, tmp_path: Path) -> None:
    """A number may be so many yuan for a dollar or a place, and an exchange rate converts the right way round."""
    path = tmp_path / "own.ttl"
    path.write_text(HEAD + turtle, encoding="utf-8")

    assert "art-05-warehouse" in read_rules(load(ROOT, "szq-2020-12", [path])).clauses


def test_a_shape_that_cites_its_source_may_ask_nothing(tmp_path: Path) -> None:
    """A reading can leave a condition out on purpose, and says by which words."""
    path = tmp_path / "own.ttl"
    empty = "ex:root a sh:NodeShape ;\n    dct:source szq:art-05-s3 .\n"
    path.write_text(f"{HEAD}{CLAUSE}{AMOUNT}{empty}", encoding="utf-8")
    found = read_rules(load(ROOT, "szq-2020-12", [path])).clauses["art-05-warehouse"].root

    assert found is not None and found.children == ()


def test_all_at_once(tmp_path: Path) -> None:
    """Three faults of different sorts in one file are said together."""
    path = tmp_path / "own.ttl"
    turtle = criterion('    sh:minInclusive "500" ;\n    dash:hasValueIn ( 5.0 )', "pkb:platformFeeCNY")
    path.write_text(HEAD + turtle.replace("schema:value 100.0", "schema:value -100.0"), encoding="utf-8")
    with pytest.raises(KnowledgeFaults) as caught:
        read_rules(load(ROOT, "szq-2020-12", [path]))

    assert [fault.id for fault in caught.value.faults] == ["closed-pattern", "closed-property", "bound-of-other-type"]
    assert caught.value.say("en").startswith("The knowledge base has 3 faults and cannot be used:\n")
