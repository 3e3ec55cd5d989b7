"""用原文检验知识库自身：引文、台账、数值、名称、形状 / The knowledge base against its own text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Language, Policy, Root, language

__all__ = ["command"]


def command(
    conformance: Annotated[
        Path | None,
        typer.Option(
            "--conformance",
            metavar="DIR",
            help="官方 CPSV-AP、CCCEV 形状的文件夹，来源见工程人员指南 / "
            "folder with the official CPSV-AP and CCCEV shapes; the guide for engineers says where to get them",
        ),
    ] = None,
    prove: Annotated[
        bool, typer.Option("--prove", help="用求解器证明规则 / prove the rules with a solver: overlaps, gaps, cliffs")
    ] = False,
    root: Root = None,
    policy: Policy = None,
    lang: Language = None,
) -> None:
    """Print the ledger, the checks and every fault; exit code 1 where there is one."""
    from ..verify.face import asked, run

    chosen = language(lang)
    if prove:
        from ..extras import need

        need("prove")
    code = run(root, policy, conformance=conformance, lang=chosen)
    if prove:
        from ..doors.terminal import Terminal
        from ..law.load import load
        from ..law.rules import read_rules
        from ..law.wordings import read_wording
        from ..verify.proof_list import print_proof
        from ..verify.prove import prove as prove_rules

        for slug in asked(root, policy):
            knowledge = load(root, slug)
            findings = prove_rules(read_rules(knowledge))
            print_proof(Terminal(highlight=False), findings, read_wording(knowledge), chosen)
            code = max(code, int(any(finding.fault for finding in findings)))
    raise typer.Exit(code)
