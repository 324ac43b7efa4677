"""Sources in, raw mentions out; also the ticker and the catalogue's publisher.

Owns what is asked of each source, how its answers are read, and how records reach the raw topics.
Refuses to know what a mention is about: that is `streams/`. To add a source: one file with a
subclass of a kind in `producers.base.source` (PolledSource when we ask, CalledSource when a library
asks for us, ListenedSource when it speaks by itself), a line in `producers/sources.py`, a fixture
in `tests/producers/fixtures/<name>/`. `tests/producers/test_every_source.py` then holds it to what
every source promises, and `heat producers parse <name> FILE` reads what you have recorded.
"""
