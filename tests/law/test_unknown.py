"""A name that nothing knows is told by itself: not what is missed for want of it, and with what was probably meant."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policykb.errors import KnowledgeError, KnowledgeFaults
from policykb.law.load import load
from policykb.law.rules import read_rules

ROOT = Path(__file__).resolve().parents[2]
SLUG = "yunting-2024"
ARTICLES, DOCUMENT = f"policy/{SLUG}/articles.ttl", f"policy/{SLUG}/document.ttl"
CONDITIONS, RECORDS = f"shapes/{SLUG}/conditions.ttl", f"ontology/{SLUG}/records.ttl"
EXCLUDED = [f"<shape/excluded-{name}>" for name in ("dishonest", "accident", "investigation")]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the knowledge base whose files a test may change for its own length."""
    root = tmp_path_factory.mktemp("kb")
    for folder in ("ontology", "policy", "shapes", "queries"):
        shutil.copytree(ROOT / folder, root / folder)
    return root


def told(root: Path, *changes: tuple[str, str, str]) -> list[tuple[str, str, str]]:
    """What loading is refused for, with these changes of files: the line, what is wrong, and the mend."""
    before = {name: (root / name).read_text(encoding="utf-8") for name, _, _ in changes}
    try:
        for name, old, new in changes:
            text = (root / name).read_text(encoding="utf-8")
            assert old in text
            (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(KnowledgeError) as caught:
            read_rules(load(root, SLUG))
    finally:
        for name, text in before.items():
            (root / name).write_text(text, encoding="utf-8")
    found = caught.value.faults if isinstance(caught.value, KnowledgeFaults) else (caught.value,)
    return [(one.where.en, one.text.en, one.mend.en) for one in found]


@pytest.mark.parametrize(
    ("name", "old", "new", "said", "meant"),
    [
        (ARTICLES, "schema:value 200000.0", "schema:valeu 200000.0", "states schema:valeu 200000", "schema:value"),
        (CONDITIONS, "<shape/everyone-legal> sh:path", "<shape/everyone-legal> sh:pat", "states sh:pat", "sh:path"),
        (CONDITIONS, 'pkb:words "被列入失信名单"', 'pkb:word "被列入失信名单"', "states pkb:word", "pkb:words"),
        (CONDITIONS, "16-abroad> sh:property", "16-abroad> sh:proprety", "states sh:proprety", "sh:property"),
        # What tells the kind of a resource is misspelt itself, so that it is of none.
        (ARTICLES, "<art-05-s1> pkb:quote", "<art-05-s1> pkb:qoute", "“art-05-s1” states pkb:qoute", "pkb:quote"),
        (ARTICLES, "pkb-operator:steps (", "pkb-operator:step (", "states pkb-operator:step", "pkb-operator:steps"),
        (RECORDS, 'rdfs:label "全职引进"', 'rdfs:lable "全职引进"', "states rdfs:lable", "rdfs:label"),
        (DOCUMENT, "pkb:defaultRecordType", "pkb:defaultRecordtype", "pkb:defaultRecordtype", "pkb:defaultRecordType"),
        # Resources.
        (ARTICLES, "pkb-kind:award", "pkb-kind:awrad", "pkb-kind:awrad is named here", "pkb-kind:award"),
        (ARTICLES, "pkb:base pkb:plantRentCNY", "pkb:base pkb:plantRentCYN", "pkb:plantRentCYN", "pkb:plantRentCNY"),
        (RECORDS, "pkb:talentBorn ) .", "pkb:talentBirn ) .", "pkb:talentBirn is named here", "pkb:talentBorn"),
        (ARTICLES, "pkb:member <clause/art-10-", "pkb:member <clause/art10-", "<clause/art10-", "art-10-training"),
        # A whole namespace, and a name that an amount stands under.
        (ARTICLES, "<https://schema.org/>", "<http://schema.org/>", "with <http://schema.org/>", "<https://schema.org/>"),
        (ARTICLES, "<option/art-05-size>", "<option/art-05-szie>", "uses “art-05-szie”", "art-05-size"),
        # The name of the document in @base.
        (ARTICLES, "@base <https://w3id.org/policykb/id/yunting-2024/>", "@base <https://w3id.org/policykb/id/yuntin-2024/>",
         "with <https://w3id.org/policykb/id/yuntin-2024/>", "id/yunting-2024/>"),
        (CONDITIONS, "@base <https://w3id.org/policykb/id/yunting-2024/>", "@base <https://w3id.org/policykb/id/demo/>",
         "with <https://w3id.org/policykb/id/demo/>", "id/yunting-2024/>"),
    ],
)  # fmt: skip
def test_told_once(copy: Path, name: str, old: str, new: str, said: str, meant: str) -> None:
    """One slip is one fault at its line, and the first name offered is the right one."""
    ((where, what, mend),) = told(copy, (name, old, new))

    assert where.startswith(f"{name}, line ")
    assert said in what
    assert meant in mend.split("?")[0].split(",")[0]


@pytest.mark.parametrize("written", ["RMB", "cny", "元", "EUR"])
def test_a_currency_that_is_none(copy: Path, written: str) -> None:
    """What no amount can be in is told where the document says it, and not of every amount."""
    ((where, what, mend),) = told(copy, (DOCUMENT, 'pkb:defaultCurrency "CNY"', f'pkb:defaultCurrency "{written}"'))

    assert where.startswith(f"{DOCUMENT}, line ")
    assert "pkb:defaultCurrency" in what
    assert '"CNY"' in mend


def test_what_is_wrong_otherwise_is_told_as_well(copy: Path) -> None:
    """Beside a slip in a name: another one, and a value that no name explains."""
    found = told(
        copy,
        (ARTICLES, "pkb:rate 0.6 ;", "pkb:rat 0.6 ;"),
        (DOCUMENT, "pkb:validYears 3", "pkb:validYear 3"),
        (CONDITIONS, "sh:minInclusive 250000000.0", "sh:minInclusive 250000000"),
    )

    assert len(found) == 3
    assert {what.split(" ")[0] for _, what, _ in found} == {"“art-12-early”", "“applicability”", "sh:minInclusive"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # A condition that every clause shares is told once, and no clause is said to lack it.
        (f"( {' '.join(EXCLUDED)} )", "( )", "sh:or of “excluded” is an empty list"),
        ('pkb:orAbove "province"', 'pkb:orAbove "provincial"', "“art-09-talent-title”"),
    ],
)
def test_a_shared_condition_is_told_once(copy: Path, old: str, new: str, said: str) -> None:
    """What a clause lacks for want of a condition that cannot be read is no fault of the clause."""
    found = told(copy, (CONDITIONS, old, new))

    assert [said in what for _, what, _ in found] == [True], found


@pytest.mark.parametrize(
    ("name", "new", "first", "last"),
    [
        (
            RECORDS,
            'pkb:talentBorn rdfs:label "出生日"@zh , "Born"@en .\n\npkb-shape:TalentArrival-talentTitle ',
            26,
            33,  # the last line of the other one, which began with line 29
        ),
        (ARTICLES, '<art-05> rdfs:label "又一条"@zh , "another one"@en .\n\n<chapter-5> ', 72, 328),
    ],
)
def test_what_stands_twice_is_told_once(copy: Path, name: str, new: str, first: int, last: int) -> None:
    """That it has two names, and whatever follows has, is not told as well."""
    ((where, what, _),) = told(copy, (name, new.rsplit("\n", 1)[1], new))

    assert where == f"{name}, line {last}"
    assert what.endswith(f"stands twice; the other place is {name}, line {first}.")
