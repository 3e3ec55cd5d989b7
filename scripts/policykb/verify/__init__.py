"""The knowledge base proves itself against its text: `verify` gives a ledger of the text and every fault."""

from __future__ import annotations

from .proof import faults, verify
from .report import Check, Fault, Ledger, LedgerRow, Report

__all__ = ["Check", "Fault", "Ledger", "LedgerRow", "Report", "faults", "verify"]
