"""The doors: where text and files come in, and where they leave."""

import os

# Workbooks are read and written alike, byte for byte: openpyxl would take lxml wherever it is installed.
os.environ.setdefault("OPENPYXL_LXML", "False")
