"""Records as programs hold them: the same answer as of the same file, and what cannot be read exactly refused."""

from __future__ import annotations

import json
import pickle
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policykb.answers.answer import Answer
from policykb.api import Policykb
from policykb.errors import CallError, InputError

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
DISTRICT = EXAMPLES / "district-2020.json"
TABLE = EXAMPLES / "district-2020-csv" / "EnterpriseYear.csv"


def said(answer: Answer) -> tuple[Any, ...]:
    """What an answer comes to, wherever its records come from."""
    return answer.receipt.records, answer.decisions, answer.groups, answer.entitlements


@pytest.fixture(scope="module")
def expected(shipped: Policykb) -> Answer:
    """The answer about the district, as read from its file."""
    return shipped.apply(shipped.read(DISTRICT))


def test_files(shipped: Policykb, expected: Answer) -> None:
    """One path, its name, or many are read as `read` reads them."""
    assert said(shipped.apply(DISTRICT)) == said(shipped.apply(str(DISTRICT))) == said(expected)
    assert len(shipped.apply([DISTRICT, EXAMPLES / "one-enterprise.json"]).records) == len(expected.records) + 1
    with pytest.raises(InputError):
        shipped.apply("no-such-file.xlsx")


def test_dictionaries(shipped: Policykb, expected: Answer) -> None:
    """The whole content of a JSON file, its list, or one record of it; numbers as int, Decimal or text."""
    content = json.loads(DISTRICT.read_bytes(), parse_float=Decimal)

    assert said(shipped.apply(content)) == said(shipped.apply(content["records"])) == said(expected)
    assert [r.id for r in shipped.apply(content["records"][0]).records] == [content["records"][0]["id"]]
    assert shipped.apply(content).receipt.inputs == ()


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_frames(shipped: Policykb, library: str) -> None:
    """A table of records as a data frame of texts: the answer of the CSV file."""
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    polars = pytest.importorskip("polars")
    texts = pandas.read_csv(TABLE, dtype=str, keep_default_na=False)
    frame = {
        "pandas": lambda: texts,
        "polars": lambda: polars.from_dict({name: list(texts[name]) for name in texts.columns}),
        "arrow": lambda: pyarrow.table({name: list(texts[name]) for name in texts.columns}),
    }[library]()

    assert said(shipped.apply(frame, type="EnterpriseYear")) == said(shipped.apply(TABLE))


def test_values_of_frames(shipped: Policykb) -> None:
    """Whole numbers, decimals, truth values, days and what is missing are what they are."""
    pandas = pytest.importorskip("pandas")
    rows = {
        "id": ["a", "b"],
        "period": [2020, 2020],
        "name": ["甲", "乙"],
        "tradeCNY": [Decimal("49999999.99"), None],
        "priorTradeCNY": pandas.array([40000000, None], dtype="Int64"),
        "producer": [True, False],
        "tradeRank": [1, 2],
    }
    a, b = shipped.apply(pandas.DataFrame(rows), type="EnterpriseYear").records

    assert a.facts == {"tradeCNY": Decimal("49999999.99"), "priorTradeCNY": 40000000, "producer": True, "tradeRank": 1}
    assert b.facts == {"producer": False, "tradeRank": 2}
    window = pandas.DataFrame(
        {
            "period": ["2021-03-01"],
            "name": ["丙"],
            "windowStart": [pandas.Timestamp("2018-01-01")],
            "type": ["ProjectReferral"],
        }
    )
    assert shipped.apply(window).records[0].facts == {"windowStart": date(2018, 1, 1)}


def test_floats_are_refused_for_what_they_are(shipped: Policykb) -> None:
    """A binary number is refused by the name of its column, in a dictionary and in a frame; missing is not a number."""
    pandas = pytest.importorskip("pandas")
    record = {"type": "EnterpriseYear", "period": "2020", "subject": {"name": "甲"}}
    frame = pandas.DataFrame({"period": ["2020"] * 2, "name": ["甲", "乙"], "tradeCNY": [0.1, None]})

    for given in ({**record, "tradeCNY": 0.1}, frame):
        with pytest.raises(CallError, match=r"tradeCNY(?s:.*)0\.1 (?s:.*)binary") as told:
            shipped.apply(given, type="EnterpriseYear")
        assert told.value.id == ("fact-float" if isinstance(given, dict) else "frame-float")
    with pytest.raises(CallError) as told:
        shipped.apply({**record, "tradeCNY": float("nan")})
    assert told.value.id == "fact-nan" and "None" in str(told.value)
    assert shipped.apply({**record, "tradeCNY": 5}).records[0].facts == {"tradeCNY": 5}


def test_the_mends_of_floats_work_as_written(shipped: Policykb) -> None:
    """Whole numbers beside a missing one are floats in pandas; each mend of the message, obeyed, is taken."""
    pandas = pytest.importorskip("pandas")
    rows = {"period": [2020, 2020], "name": ["甲", "乙"], "tradeCNY": [60000000, None]}
    frame = pandas.DataFrame(rows)
    with pytest.raises(CallError) as told:
        shipped.apply(frame, type="EnterpriseYear")
    texts = pandas.DataFrame({name: [None if one is None else str(one) for one in row] for name, row in rows.items()})

    assert '.astype({"tradeCNY": "Int64"})' in told.value.mend.en and "dtype=str" in told.value.mend.en
    for mended in (frame.astype({"tradeCNY": "Int64"}), texts):
        read = shipped.apply(mended, type="EnterpriseYear").records
        assert [record.facts for record in read] == [{"tradeCNY": 60000000}, {}]


def test_whatever_gives_records_one_by_one(shipped: Policykb) -> None:
    """A generator, a set or the values of a dictionary is taken; a row of a frame or a list of frames is not."""
    pandas = pytest.importorskip("pandas")
    given = [{"id": name, "type": "EnterpriseYear", "period": "2020", "subject": {"name": name}} for name in "甲乙"]
    made = [shipped.record("EnterpriseYear", 2020, id=name, name=name) for name in "甲乙"]
    for records in (iter(given), (one for one in made), dict(enumerate(given)).values(), tuple(given)):
        assert [record.id for record in shipped.apply(records).records] == ["甲", "乙"]
    frame = pandas.DataFrame(given)
    for wrong in (frame.iloc[0], [frame, frame]):
        with pytest.raises(CallError, match=r"a data frame or an Arrow table, not"):
            shipped.apply(wrong)


@pytest.mark.proof
def test_a_knowledge_base_is_loaded_again_by_another_process() -> None:
    """Pickled, it comes back with the same rules, overlays, day and engine, and answers alike."""
    import policykb

    for kb in (policykb.load(), policykb.load(overlays=["R1-highest:alt"], as_of="2021-06-30", engine="columns")):
        again = pickle.loads(pickle.dumps(kb))
        assert again.knowledge.rules_hash == kb.knowledge.rules_hash
        assert (again.overlays, again.day, again.engine) == (kb.overlays, kb.day, kb.engine)
        assert said(again.apply(TABLE)) == said(kb.apply(TABLE))


def test_answers_in_notebooks_and_between_processes(expected: Answer, shipped: Policykb) -> None:
    """An answer is a table of HTML that runs nothing, a Polars frame, and the same after pickling; so is a result."""
    polars = pytest.importorskip("polars")
    again = pickle.loads(pickle.dumps(expected))
    frame = expected.to_polars()
    result = shipped.ask("limits")
    odd = shipped.apply({"type": "Exhibition", "period": "2020", "id": "<script>", "subject": {"name": "甲"}})

    assert again == expected
    assert isinstance(frame, polars.DataFrame) and frame.height == len(expected.decisions)
    assert frame.schema["min"] == polars.Decimal(38, 2)
    assert result.to_polars().height == len(result)
    assert "art-05-warehouse" in result._repr_html_() and "<table>" in expected._repr_html_()
    assert "&lt;script&gt;" in odd._repr_html_() and "<script>" not in odd._repr_html_()
