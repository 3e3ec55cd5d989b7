"""Decide whole columns of records at once: the rules compiled to one set of Ibis expressions.

truth, numbers → facts → conditions, amounts, missing → compile → checks, sources, engines → screen.
"""
