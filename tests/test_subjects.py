"""One subject, one total: however records spell its name, with its code and without."""

from __future__ import annotations

import json
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from policykb.answers.grouping import Grouping, Sums, total_of
from policykb.api import Policykb
from policykb.model import Amount, Place, Record
from policykb.reports.as_json import to_json
from policykb.reports.phrases import Phrases

SETS, SEED = 2000, 20201231
EACH = Decimal(2_000_000)  # yuan for a full-time hire of the national level, art. 26
CODES = ("91370402MA0000015R", "91370402MA0000023L", "91370402MA0000031F", "91370402MA000004X8")
CORES = ("甲（枣庄）贸易", "乙 ABC 纺织", "丙[中国]水处理", "丁2号机床")
FORMS = (("有限公司", "有限责任公司"), ("股份有限公司", "股份公司"), ("公司",), ("",))
WIDE = {**{chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}, " ": "\u3000"}


def spelled(name: str, dice: random.Random) -> str:
    """A name as somebody else types it: width, case, blanks, kind of brackets."""
    letters = []
    for letter in name:
        if letter in "（[":
            letter = dice.choice("（([【〔")
        elif letter in "）]":
            letter = dice.choice("）)]】〕")
        elif letter == " ":
            letter = dice.choice(("", " ", "\u3000", "  "))
        elif letter in WIDE and dice.random() < 0.3:
            letter = WIDE[letter]
        elif dice.random() < 0.2:
            letter = dice.choice((letter.lower(), letter.upper(), letter + dice.choice((" ", "\u200b", "\u00a0"))))
        letters.append(letter)
    return "".join(letters)


def sets() -> Iterator[tuple[list[Record], list[int]]]:
    """Records of up to four subjects, and the number of the subject of each."""
    dice = random.Random(SEED)
    for _ in range(SETS):
        forms = [dice.choice(FORMS) for _ in CORES]
        records, owners = [], []
        for number in range(dice.randint(2, 9)):
            owner = dice.randrange(len(CORES))
            name = spelled(CORES[owner] + dice.choice(forms[owner]), dice)
            code = CODES[owner] if dice.random() < 0.4 else None
            facts = {"fullTime": True, "level": "national"}
            place = Place("hires.csv", row=number + 2)
            records.append(Record(f"r{number}", "TalentHire", "2020-11-05", name, code, None, facts, place))
            owners.append(owner)
        yield records, owners


def test_spelled_records_have_the_totals_of_the_unspelled(shipped: Policykb) -> None:
    """Two thousand sets: the totals are the sums by the subject that each record was made for."""
    for records, owners in sets():
        money = [Amount(Decimal(3) ** number, Decimal(3) ** number, "CNY") for number in range(len(records))]
        expected = Counter[int]()
        for amount, owner in zip(money, owners, strict=True):
            expected[owner] += int(amount.min)

        grouping = Grouping(records, shipped.decider.record_rules.uniqueness.forms)
        found = [
            total_of([records[at] for at in members], members, [Sums({"CNY": money[at]}, 1, 0) for at in members])
            for members in map(grouping.places, range(len(grouping)))
        ]

        assert [int(one.total["CNY"].min) for one in found] == list(expected.values()), records
        for one, owner in zip(found, expected, strict=True):
            stated = {r.credit_code for r, o in zip(records, owners, strict=True) if o == owner} - {None}
            assert one.credit_code == (CODES[owner] if stated else None)


def one_subject() -> list[Record]:
    """Four hires of one employer: its name spelled in four ways, its code on the third alone."""
    names = (
        "枣庄（甲）贸易有限公司",
        "枣庄(甲) 贸易有限公司",
        "枣庄【甲】贸易有限责任公司",
        "枣庄〔甲〕贸易　有限公司",
    )
    facts = {"fullTime": True, "level": "national"}
    return [
        Record(
            f"r{n}",
            "TalentHire",
            f"2020-11-0{n + 1}",
            name,
            CODES[0] if n == 2 else None,
            None,
            facts,
            Place("h.csv", row=n),
        )
        for n, name in enumerate(names)
    ]


def test_every_face_gathers_once(shipped: Policykb) -> None:
    """JSON, the query of totals, the comparison: four hires of one employer make 8,000,000 yuan once."""
    answer = shipped.apply(one_subject())
    told = json.loads(to_json(answer, Phrases(shipped.book, shipped.vocabulary, shipped.wording, "zh")))
    rows = list(shipped.ask("totals-by-subject", answer=answer))

    assert [(e["creditCode"], e["records"], e["total"]) for e in told["enterprises"]] == [
        (CODES[0], ["r0", "r1", "r2", "r3"], {"CNY": {"min": "8000000.00", "max": "8000000.00"}})
    ]
    assert [(row["code"], row["sums"], row["least"]) for row in rows] == [(CODES[0], 4, 4 * EACH)]
    assert [(len(owned), one.members) for one, owned in answer.by_enterprise()] == [(4, (0, 1, 2, 3))]
    assert {one.credit_code for one in answer.owners().values()} == {CODES[0]}


def test_each_record_without_the_code_is_told(shipped: Policykb) -> None:
    """The three rows without the code have a warning that names the row with it."""
    found = [f for f in shipped.apply(one_subject()).findings if f.rule == "name-without-code"]

    assert [(f.record, f.severity) for f in found] == [("r0", "warning"), ("r1", "warning"), ("r3", "warning")]
    assert all("h.csv, row 2" in f.message.en for f in found)


def test_a_name_of_two_codes_stays_alone(shipped: Policykb) -> None:
    """Without a code it could be either: three subjects, and the row is told so."""
    facts = {"fullTime": True, "level": "national"}
    records = [
        Record(f"r{n}", "TalentHire", f"2020-11-0{n + 1}", "甲公司", code, None, facts, Place("h.csv", row=n + 2))
        for n, code in enumerate((None, CODES[0], CODES[1]))
    ]
    answer = shipped.apply(records)

    assert [(e.credit_code, e.total["CNY"].min) for e in answer.enterprises] == [
        (None, EACH), (CODES[0], EACH), (CODES[1], EACH),
    ]  # fmt: skip
    assert [(f.record, f.rule) for f in answer.findings] == [("r2", "name-two-codes"), ("r0", "name-of-several-codes")]


def test_a_renamed_subject_is_one(shipped: Policykb) -> None:
    """One code under two names, and each name without it: one subject."""
    facts = {"fullTime": True, "level": "national"}
    stated = (("甲公司", CODES[0]), ("乙公司", CODES[0]), ("甲公司", None), ("乙公司", None))
    records = [
        Record(f"r{n}", "TalentHire", f"2020-0{n + 1}-01", name, code, None, facts, Place("h.csv", row=n + 2))
        for n, (name, code) in enumerate(stated)
    ]
    answer = shipped.apply(records, as_of="2020-12-31")

    assert [one.records for one in answer.enterprises] == [("r0", "r1", "r2", "r3")]
    assert [(f.record, f.rule) for f in answer.findings][:1] == [("r1", "code-two-names")]


def test_the_generator_spells(shipped: Policykb) -> None:
    """The sets hold what they are for: other widths, cases, blanks, brackets and forms."""
    names = {record.name or "" for records, _ in sets() for record in records}

    assert any("有限责任公司" in name for name in names)
    assert any(unicodedata.normalize("NFKC", name) != name for name in names)
    assert any("\u200b" in name for name in names) and any("【" in name for name in names)
