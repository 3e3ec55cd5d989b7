"""The doors: where text and files come in, and where they leave."""
