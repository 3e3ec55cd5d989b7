"""The first draft of a policy document from its text: parts, provisions and numbers, all of it to be confirmed."""
