"""Answers in the forms people and programs read: table, JSON, CSV, Markdown."""
