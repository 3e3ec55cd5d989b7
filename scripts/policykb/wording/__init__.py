"""Every sentence that people read, in both languages, as the ontology holds it."""
