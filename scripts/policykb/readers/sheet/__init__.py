"""How a sheet is understood before its values are read: its titles, units, header block, kinds of rows.

words → units, titles → layout, forms, rows, sums → regions. Nothing here turns a cell into a value.
"""
