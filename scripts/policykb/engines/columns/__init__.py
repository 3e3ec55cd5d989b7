"""Decide whole columns of records at once: the rules compiled to one set of Ibis expressions.

truth, numbers → facts → conditions, intervals → amounts, options, groups → compile.
"""
