"""`--set`: what can be supposed of a number is what its fact and its kind of amount can be."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

import pytest

from policykb.answers.scenarios import scenario
from policykb.errors import CallError
from policykb.law.knowledge import Knowledge
from policykb.law.load import load
from policykb.law.rules import read_rules

# Of these a negative bound has a meaning: what is left when the prior year is taken away.
DIFFERENCES = {"art-01-growth.increase"}
NOT_NUMBERS = {"true", "false"}


@cache
def knowledge(*overlays: str) -> Knowledge:
    """The shipped knowledge base under overlays."""
    return load(overlays=overlays)


def refusal(assignment: str, *overlays: str) -> CallError:
    """The error that an assignment ends in."""
    with pytest.raises(CallError) as caught:
        scenario(knowledge(*overlays), [assignment])
    return caught.value


@cache
def settable() -> tuple[tuple[str, str], ...]:
    """Every name that can be set, with its present value, as the errors name them."""
    found = []
    clauses = refusal("art-99-nothing.x=1").values["known"]
    assert isinstance(clauses, list)
    for clause in clauses:
        try:
            scenario(knowledge(), [f"{clause}.nothing=1"])
        except CallError as fault:
            names = fault.values["known"]
            assert isinstance(names, list)
            found += [(name, present(name)) for name in names]
    return tuple(found)


def present(name: str) -> str:
    """What a number is now: the error for a word in its place says so."""
    try:
        scenario(knowledge(), [f"{name}=word"])
    except CallError as fault:
        return str(fault.values.get("old", "true"))
    return ""


def test_what_can_be_set_of_a_clause_need_not_bear_its_name() -> None:
    """The two awards for foreign trade have names of their own; each number of them is offered, and is there to set."""
    kb = load(policy="qitang-2024")
    with pytest.raises(CallError) as caught:
        scenario(kb, ["art-12-trade.x=1"])
    known = caught.value.values["known"]

    assert known == ["art-12-high.high", "art-12-high.value", "art-12-low.below", "art-12-low.low", "art-12-low.value"]
    assert [scenario(kb, [f"{name}=5"]).name for name in known] == [f"{name}=5" for name in known]


def test_a_cap_over_several_awards_can_be_supposed() -> None:
    """The district's cap of the year is 250,000 yuan, and that on premises and energy half of the additional tax."""
    kb = load(policy="qitang-2024")
    sides = [
        kb,
        load(policy="qitang-2024", overlays=(scenario(kb, ["art-16-year.cap=200000", "art-10-joint.rate=0.25"]),)),
    ]
    caps = [read_rules(side).joints for side in sides]

    assert [(joints["art-16-year"].cap, joints["art-10-joint"].rate) for joints in caps] == [
        (Decimal("250000.0"), Decimal("0.5")),
        (Decimal(200000), Decimal("0.25")),
    ]
    for wrong in ("art-16-year.cap=-1", "art-16-year.cap=0.001", "art-10-joint.rate=50", "art-10-joint.cap=5"):
        with pytest.raises(CallError):
            scenario(kb, [wrong])


def test_a_number_is_named_with_its_document_or_without() -> None:
    """Answers of several documents name clauses with their own, and a document that is not loaded has none."""
    kb = load(policy="qitang-2024")
    one, other = (scenario(kb, [f"{name}.rate=0.1"]) for name in ("art-05-rent", "qitang-2024/art-05-rent"))

    assert one.turtle.replace("art-05-rent.rate", "") == other.turtle.replace("qitang-2024/art-05-rent.rate", "")
    with pytest.raises(CallError) as caught:
        scenario(kb, ["yunting-2024/art-05-rent.rate=0.1"])
    assert caught.value.values["name"] == "yunting-2024/art-05-rent.rate"


def test_all_that_can_be_set_is_found() -> None:
    """The bounds and sums that the next tests go through: some of them by name, and how many there are."""
    values = dict(settable())

    assert {"art-05-warehouse.area": "500", "art-02-exhibition.cap": "20000", "art-01-rank.top": "3"}.items() <= (
        {name: value.removesuffix(".0") for name, value in values.items()}.items()
    )
    assert len(values) > 60


def test_what_it_is_now_can_be_supposed() -> None:
    """All numbers at once can be set to themselves, with another zero behind the point."""
    numbers = [f"{name}={value}{'0' if '.' in value else ''}" for name, value in settable() if value not in NOT_NUMBERS]

    assert scenario(knowledge(), numbers).name == ", ".join(numbers)


NEVER = ("-1", "-0.01", "1000000000000000", "1e30", "1e999999999", "0.00000000001")


@pytest.mark.proof
def test_what_no_fact_states_cannot_be_supposed() -> None:
    """A negative number, one of sixteen digits and more, or of eleven behind the point is refused wherever it is set.

    Only what is left of a difference may be negative. Each name is tried with two of the values, in turn.
    """
    tried = 0
    for number, (name, old) in enumerate(settable()):
        for value in (NEVER[number % len(NEVER)], NEVER[(number + 3) % len(NEVER)]):
            if not re.fullmatch(r"[0-9.]+", old) or (name in DIFFERENCES and value.startswith("-")):
                continue
            fault = refusal(f"{name}={value}")
            assert fault.id in {"set-beyond", "set-too-long", "set-too-exact", "set-not-whole"}, (name, fault.id)
            assert old in fault.mend.en, name
            tried += 1
    assert tried > 80


def test_a_difference_may_be_negative() -> None:
    """An award for those whose trade fell by less than 5 dollars can be supposed."""
    scenario(knowledge(), ["art-01-growth.increase=-5"])


@pytest.mark.parametrize(
    ("assignment", "overlays", "mend"),
    [
        ("art-02-exhibition.rate=30", (), "did you mean 0.3?"),
        ("art-05-warehouse.rate=10", (), "did you mean 0.1?"),
        ("art-10-foreign-capital-1.rate=3", (), "did you mean 0.03?"),
        ("art-10-foreign-capital-1.rate=3", ("R10a-currency:alt",), "did you mean 0.03?"),
        ("art-02-exhibition.rate=1.01", (), "did you mean 0.0101?"),
        ("art-02-exhibition.rate=101", (), "at least 0, at most 1"),
        ("art-02-exhibition.rate=-0.3", (), "at least 0, at most 1"),
        ("art-01-growth.rate=1000", (), "more than 0, less than 1000"),
        ("art-02-exhibition.rate=30%", (), "Write 0.3;"),
        ("art-02-exhibition.rate=0.3333333333", (), "at most 9;"),
        ("art-02-exhibition.cap=20000.001", (), "at most 2;"),
        ("art-02-exhibition.cap=-20000", (), "at least 0, less than"),
        ("art-05-warehouse.area=-3", (), "at least 0, less than"),
        ("art-05-warehouse.area=500.00001", (), "fewer digits"),
        ("art-01-rank.top=0", (), "at least 1, less than"),
        ("art-26-founder.floor=-1", (), "at least 0, less than"),
    ],
)
def test_the_mend_says_what_fits(assignment: str, overlays: tuple[str, ...], mend: str) -> None:
    """A share is between 0 and 1, also where it is converted; sums are as fine as their currency; ranks begin with 1.

    What the mend proposes is accepted.
    """
    fault = refusal(assignment, *overlays)

    assert mend in fault.mend.en
    assert fault.mend.zh != fault.mend.en
    if proposed := re.search(r"(?:did you mean|Write) ([0-9.]+)[?;]", fault.mend.en):
        scenario(knowledge(*overlays), [f"{assignment.partition('=')[0]}={proposed[1]}"])


@pytest.mark.parametrize("assignment", ["art-02-exhibition.rate=0", "art-02-exhibition.rate=1", "art-01-growth.rate=30",
                                        "art-02-exhibition.cap=0", "art-05-warehouse.area=0"])  # fmt: skip
def test_the_ends_can_be_supposed(assignment: str) -> None:
    """All of the base or nothing of it, no cap to speak of, and 30 yuan for a dollar, which is no share."""
    scenario(knowledge(), [assignment])
