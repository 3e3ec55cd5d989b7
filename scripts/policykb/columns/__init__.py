"""Screen files of any size over columns, on Polars or Spark, with the expressions of `engines.columns`.

checks, sources, engines → screen.
"""
