"""The `heat` command: one small file per noun, each with a `register(app)`."""
