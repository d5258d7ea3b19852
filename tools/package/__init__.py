"""The package format: recipe, manifest, tables, reader, writer. README.md holds the rules."""
