"""The site: pages, downloads and browser tools generated from the graph by one MkDocs hook."""
