"""Conditions, criteria, amounts and notices of a document that nothing points to: they decide nothing.

Mostly a name is misspelt, theirs or where they were meant, and what they ask or pay would be passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import KnowledgeError
from ..names import OA, PKB, SH
from ..wording.spelling import near_names
from .knowledge import Knowledge, local

__all__ = ["idle_faults"]

_CLASSES = (SH.NodeShape, SH.PropertyShape, PKB.Option, PKB.Notice)
_REMARKS = (OA.hasTarget, PKB.replaces)
"""What points to a resource without any use of it."""


def idle_faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    """What of the document is of no use to any other resource, each with its place.

    Args:
        knowledge: the document without overlays, which may put others in the place of what they no longer need.
    """
    # What is called like a clause belongs to it: a slip in the name is most often the reason.
    clauses = [local(one) for one in knowledge.instances(PKB.Clause)]
    document = f"{str(PKB).removesuffix('ns#')}id/{knowledge.policy}/"
    for cls in _CLASSES:
        for node in knowledge.instances(cls):
            if not node.value.startswith(document):
                continue
            users = knowledge.store.quads_for_pattern(None, None, node)
            if not any(quad.subject != node and quad.predicate not in _REMARKS for quad in users):
                where, name = knowledge.locate(node), local(node)
                if near := near_names(name, clauses, 1):
                    yield KnowledgeError("resource-idle-near", where=where, name=name, near=near)
                else:
                    yield KnowledgeError("resource-idle", where=where, name=name)
