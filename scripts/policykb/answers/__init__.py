"""Answers: what the engines found, put together and worded; nothing is decided here."""
