"""A second policy document is a change to data alone: the same code loads, decides and shows it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from made import beside_the_shipped
from policykb.api import load_policykb
from policykb.errors import CallError
from policykb.model import Place, Record

ROOT = Path(__file__).parents[1]
FIXTURE = Path(__file__).parent / "fixtures" / "second-document"


@pytest.fixture(scope="module")
def two_documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base folder with the shipped document and a made-up second one."""
    return beside_the_shipped(tmp_path_factory.mktemp("kb"), FIXTURE)


def record(trade: str, prior: str) -> Record:
    """An enterprise-year of 2021."""
    facts = {"tradeCNY": Decimal(trade), "priorTradeCNY": Decimal(prior)}
    return Record("r", "EnterpriseYear", "2021", "示例企业", None, None, facts, Place("test"))


@pytest.mark.parametrize(
    ("trade", "prior", "status", "amount"),
    [
        ("10000000", "9000000", "not-eligible", None),
        ("10000001", "10000000", "eligible", Decimal("0.02")),
        ("12000000", "11000000", "eligible", Decimal("20000.00")),
        ("30000000", "10000000", "eligible", Decimal("200000.00")),
    ],
)
def test_second_document(two_documents: Path, trade: str, prior: str, status: str, amount: Decimal | None) -> None:
    """超过 is strict, 2 % of the increase, at most 200,000 yuan."""
    kb = load_policykb(two_documents, "demo-2021")
    decision = kb.apply([record(trade, prior)]).decisions[0]

    assert (decision.clause, decision.status) == ("art-01-increase", status)
    assert (decision.amount.min if decision.amount else None) == amount


def test_first_document_is_untouched(two_documents: Path) -> None:
    """The shipped document still answers, with its own clauses only."""
    kb = load_policykb(two_documents, "szq-2020-12")

    assert "art-01-growth" in kb.book.clauses
    assert "art-01-increase" not in kb.book.clauses


def test_one_document_must_be_named(two_documents: Path) -> None:
    """Where one document is asked for, the call must name it; the message lists them."""
    with pytest.raises(CallError, match=r"demo-2021、(.*、)?szq-2020-12(?s:.*)demo-2021, (.*, )?szq-2020-12"):
        load_policykb(two_documents)
