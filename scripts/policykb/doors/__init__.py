"""The doors: where text and files come in, and where they leave."""

import os
import re

# Workbooks are read and written alike, byte for byte: openpyxl would take lxml wherever it is installed.
os.environ.setdefault("OPENPYXL_LXML", "False")
# How many threads the engine of columns has; with none, or with millions, it would end the program.
if not re.fullmatch("0*[1-9][0-9]{0,2}", os.environ.get("POLARS_MAX_THREADS", "1")):
    del os.environ["POLARS_MAX_THREADS"]
