"""Records in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal as D
from typing import Any

import pytest
from expect import only, rules

from policykb.errors import InputError
from policykb.readers import Reading
from policykb.readers.json_records import parse_json

Read = Callable[..., Reading]


@pytest.fixture
def read_json(read_text: Read) -> Callable[..., Reading]:
    """Read one record made of the given items."""

    def read(strict: bool = False, **items: Any) -> Reading:
        record = {"id": "r1", "type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}} | items
        return read_text(json.dumps({"records": [record]}, ensure_ascii=False), name="records.json", strict=strict)

    return read


def test_the_documented_form(read_json: Read) -> None:
    """Numbers may be JSON numbers or decimal strings; truth values are JSON booleans."""
    record = only(
        read_json(
            subject={"name": "甲", "creditCode": "91370402MA3C0000XX", "division": "370402"},
            producer=True,
            tradeCNY="5000000",
            tradeUSD=700000,
            tradeRank=9,
        )
    )

    assert (record.id, record.type, record.period, record.name, record.credit_code, record.division, record.facts) == (
        "r1",
        "EnterpriseYear",
        "2020",
        "甲",
        "91370402MA3C0000XX",
        "370402",
        {"producer": True, "tradeCNY": D("5000000"), "tradeUSD": D("700000"), "tradeRank": 9},
    )
    assert record.findings == ()


def test_an_id_is_read_as_in_a_table(read_json: Read) -> None:
    """Blanks around an id do not count, and between words of it one is as good as several."""
    record = only(read_json(id=" A\u00a0 1 "))

    assert record.id == "A 1"


@pytest.mark.parametrize("number", ["0.1", "12345678901234.5678", "100000000000000000001", "1e3"])
def test_numbers_are_exact(read_text: Read, number: str) -> None:
    """No JSON number goes through binary floating point."""
    record = only(read_text(f'{{"type": "EnterpriseYear", "period": 2020, "tradeCNY": {number}}}', name="x.json"))

    assert (record.facts["tradeCNY"], record.period) == (D(number), "2020")


@pytest.mark.parametrize("text", ["[{0}]", "{0}", '{{"records": [{0}]}}'])
def test_a_list_or_one_record(read_text: Read, text: str) -> None:
    """A bare list and a bare record will do; the id is file and position."""
    record = only(read_text(text.format('{"type": "企业年度情况", "period": "2020"}'), name="x.json"))

    assert (record.id, record.type) == ("x#1", "EnterpriseYear")


def test_null_is_missing(read_json: Read) -> None:
    """null states nothing."""
    record = only(read_json(tradeRank=None))

    assert (record.facts, record.findings) == ({}, ())


@pytest.mark.parametrize(
    ("items", "rule"),
    [
        ({"producer": "是"}, "truth-not-json"),
        ({"producer": 1}, "truth-not-json"),
        ({"producer": "true"}, "truth-not-json"),
        ({"tradeCNY": True}, "truth-for-number"),
        ({"tradeCNY": "约6000"}, "value-not-a-number"),
        ({"tradeCNY": float("nan")}, "value-not-a-number"),
        ({"tradeCNY": [1, 2]}, "several-values"),
        ({"tradeCNY": {"value": 1}}, "value-not-simple"),
        ({"tradeRank": 1.5}, "value-not-whole"),
        ({"tradeCNYY": 7}, "near-column"),
        ({"进出口总额": 7}, "near-column"),
        ({"subject": "甲"}, "subject-not-an-object"),
        ({"subject": {"name": "甲", "creditcode": "x"}}, "near-column"),
        ({"period": True}, "value-not-a-period"),
        ({"period": "2020-02-30"}, "date-not-in-calendar"),
        ({"name": "乙"}, "stated-twice"),
    ],
)
def test_a_wrong_item_is_an_error_of_its_record(read_json: Read, items: dict[str, Any], rule: str) -> None:
    """Nothing wrong is left out in silence or becomes a missing value."""
    assert rules(only(read_json(**items)).findings) == [rule]


def test_an_unknown_key(read_json: Read) -> None:
    """A key like no other is left out with a warning, under strict with an error."""
    loose, strict = only(read_json(foo=1)), only(read_json(strict=True, foo=1))

    assert (rules(loose.findings, "warning"), rules(strict.findings)) == (["unknown-column"], ["unknown-column"])


@pytest.mark.parametrize(
    ("value", "read", "found"),
    [
        (["taishan", "national", "taishan"], ("taishan", "national"), []),
        ("taishan", ("taishan",), []),
        ([], None, ["empty-list"]),
        (["nationale"], None, ["unknown-code"]),
        ([["taishan"]], None, ["value-not-text"]),
    ],
)
def test_list_facts(read_json: Read, value: Any, read: object, found: list[str]) -> None:
    """A list fact is a JSON list or one value; an empty list is an error."""
    record = only(read_json(type="TalentTeamSelection", programmes=value))

    assert (record.facts.get("programmes"), rules(record.findings)) == (read, found)


def test_duplicate_keys(read_text: Read) -> None:
    """A key that stands twice is an error: which one is meant?"""
    record = only(
        read_text('{"type": "EnterpriseYear", "period": 2020, "tradeRank": 1, "tradeRank": 2}', name="x.json")
    )

    assert rules(record.findings) == ["duplicate-key"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"records": [\n{"type": "EnterpriseYear",}\n]}', "line 2"),
        ('{"records": []}', "empty"),
        ('{"records": 7}', "no records"),
        ("[1]", "record 1"),
        ('[{"period": "2020"}]', "no type"),
        ('[{"type": "EnterpriseYr"}]', "Did you mean"),
        ('[{"type": 7}]', "no record type"),
        ('{"records": [], "records": []}', "twice"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_json_that_cannot_be_used(read_text: Read, text: str, words: str) -> None:
    """One clear message with line or record."""
    with pytest.raises(InputError) as fault:
        read_text(text, name="x.json")

    assert words in str(fault.value)


@pytest.mark.parametrize("key", ["单位", "unit", "金额单位"])
def test_a_unit_in_a_key_of_its_own(read_json: Read, read_text: Read, key: str) -> None:
    """Nothing says of which figures a unit beside them, or beside all records, is meant; the mend can be obeyed."""
    record = {"id": "r1", "type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "tradeCNY": 6}
    above = read_text(json.dumps({key: "万元", "records": [record]}, ensure_ascii=False), name="records.json")
    for found in (only(read_json(tradeCNY=6, **{key: "万元"})), only(above)):
        (refused,) = [one for one in found.findings if one.severity == "error"]
        assert (refused.rule, refused.fact) == ("unit-beside-key", "tradeCNY")
        assert "“6万元”" in refused.mend.zh

    assert only(read_json(tradeCNY="6万元")).facts == {"tradeCNY": D("60000")}


@pytest.mark.parametrize("key", ["tradeCNY_wan", "tradeCNY（万）", "进出口总额w"])
def test_a_multiple_in_a_key_is_not_lost_in_the_mend(read_json: Read, key: str) -> None:
    """Of a key that says in what its figure counts the bare name is no slip: the multiple is told."""
    record = only(read_json(**{key: 6000}))

    assert rules(record.findings) == ["unknown-unit"]
    assert "万元" in record.findings[0].mend.zh


@pytest.mark.parametrize("content", [{"unit": "万元"}, {"about": {"note": "金额单位：万元"}}])
def test_a_unit_in_an_object_within(read_text: Read, read_json: Read, content: dict[str, Any]) -> None:
    """A unit that stands deeper, beside the records or in one, is no less in doubt than one in a key of its own."""
    record = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "tradeCNY": 6000}
    beside = json.dumps({"meta": content, "records": [record]}, ensure_ascii=False)

    assert rules(only(read_text(beside, name="records.json")).findings) == ["unit-beside-key"]
    assert rules(only(read_json(tradeCNY=6000, meta=content)).findings) == ["unit-beside-key"]


@pytest.mark.parametrize(
    ("beside", "example"),
    [
        ({"units": {"tradeCNY": "万元"}}, "“6000万元”"),
        ({"meta": {"units": {"进出口总额": "万元"}}}, "“6000万元”"),
        ({"units": ["万元", "美元"]}, "“6000万元”"),
        ({"schema": {"fields": [{"name": "tradeCNY", "unit": "10,000 yuan"}]}}, "“6000人民币万元”"),
        ({"note": "figures in wan yuan"}, "“6000 figures in wan yuan”"),
    ],
)
def test_units_beside_the_records(read_text: Read, read_json: Read, beside: dict[str, Any], example: str) -> None:
    """However a program writes the units of its figures, in lists and by the name of the item, they are heard."""
    record = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "tradeCNY": 6000}
    read = read_text(json.dumps({**beside, "records": [record]}, ensure_ascii=False), name="records.json")

    (refused,) = [one for one in only(read).findings if one.severity == "error"]
    assert (refused.rule, refused.fact, example in refused.mend.zh) == ("unit-beside-key", "tradeCNY", True)


def test_a_number_that_means_not_stated_beside_the_records(read_text: Read) -> None:
    """A program that writes -1 or 0 for what it does not have, and says so, has not stated a figure."""
    record = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}, "tradeCNY": 0, "producer": True}
    content = {"meta": {"note": "0 means not available"}, "records": [record]}
    read = only(read_text(json.dumps(content), name="records.json"))

    assert [(one.rule, one.fact) for one in read.findings if one.severity == "error"] == [
        ("number-for-missing", "tradeCNY")
    ]


def test_a_unit_of_one_item_alone(read_json: Read) -> None:
    """A unit beside the name of an item is none of another one, and the usual one says nothing new."""
    record = only(read_json(tradeCNY=6000, platformFeeCNY=50000, units={"platformFeeCNY": "万元", "tradeCNY": "元"}))

    assert [one.fact for one in record.findings if one.severity == "error"] == ["platformFeeCNY"]


def test_a_remark_in_a_key_that_figures_are_of_less_than_a_year(read_json: Read) -> None:
    """A record of yearly figures that says they are of half a year is not decided."""
    assert "remark-other-period" in rules(only(read_json(tradeCNY=6000, remark="上半年数")).findings)


@pytest.mark.parametrize("beside", ['{}, [{"records": [%s]}]', "%s", '{"records": [], "more": %s}'])
def test_an_object_of_too_many_keys_is_refused(beside: str, read_text: Read) -> None:
    """As a table of too many columns is: each unknown name takes its time, wherever the object stands."""
    wide = "{" + ", ".join(f'"k{n}": {n}' for n in range(16_385)) + "}"
    with pytest.raises(InputError) as fault:
        read_text("[" + beside % wide + "]", name="records.json")
    assert fault.value.id == "json-too-many-keys" and fault.value.where.en.endswith("records.json")
    assert "16,385 keys, more than 16,384" in fault.value.say("en")


def test_repeated_keys_among_many_are_found_at_once() -> None:
    """Two of them among sixteen thousand, each named once, in their order."""
    found = parse_json(("{" + ", ".join(f'"k{n % 16_000}": {n}' for n in range(16_002)) + "}").encode(), "a.json")

    assert (found.repeated, len(found)) == (("k0", "k1"), 16_000)
