"""Repeat an answer from its receipt, and say what differs.

found, matching, differences → rerun → the command `replay`.
"""
