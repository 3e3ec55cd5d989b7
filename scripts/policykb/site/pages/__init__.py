"""One module per kind of page. Each turns content into Markdown with HTML blocks; none holds a wording or a number."""
