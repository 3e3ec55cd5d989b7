"""Tools of the maintainers, run by make; nothing here is installed."""
