"""What a seeded fault brings to light."""

from __future__ import annotations

from pathlib import Path

from policykb.errors import KnowledgeError
from policykb.law.load import load
from policykb.law.rules import read_rules
from policykb.verify import Fault, faults

ROOT = Path(__file__).parents[2]


def first_fault(root: Path, rule: str) -> Fault | None:
    """The first fault of a rule, or what stops the knowledge base from loading; None where there is neither."""
    try:
        knowledge = load(root, "szq-2020-12")
        return next(faults(knowledge, read_rules(knowledge), rules={rule}), None)
    except KnowledgeError as error:
        return Fault("load", error.where.en, error.text, error.mend)
