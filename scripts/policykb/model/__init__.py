"""What the knowledge base and its answers are made of: plain frozen dataclasses, free of RDF."""

from .decisions import (
    Amount,
    ConditionResult,
    CriterionResult,
    Decision,
    Entitlement,
    GroupDecision,
    JointDecision,
    JointMember,
    OptionResult,
    Status,
    Truth,
)
from .facts import GIVEN, Body, Fact, RecordType, Unit, UnitForm, Vocabulary
from .law import Article, Atom, Clause, Criterion, Document, Group, Node, Option, Provision
from .records import Finding, Record
from .texts import Day, Lang, Message, Place, Severity, Text, Value, letters

__all__ = [
    "GIVEN",
    "Amount",
    "Article",
    "Atom",
    "Body",
    "Clause",
    "ConditionResult",
    "Criterion",
    "CriterionResult",
    "Day",
    "Decision",
    "Document",
    "Entitlement",
    "Fact",
    "Finding",
    "Group",
    "GroupDecision",
    "JointDecision",
    "JointMember",
    "Lang",
    "Message",
    "Node",
    "Option",
    "OptionResult",
    "Place",
    "Provision",
    "Record",
    "RecordType",
    "Severity",
    "Status",
    "Text",
    "Truth",
    "Unit",
    "UnitForm",
    "Value",
    "Vocabulary",
    "letters",
]
