"""One module per command. Each is a thin face over the library: it loads, calls, and prints."""
