"""The calls that programs make: one answer for HTTP and for MCP, the same as the commands give."""
