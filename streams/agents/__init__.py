"""Thin shells: read a chunk, call the core, deliver, store. Nothing here decides anything."""
