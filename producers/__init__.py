"""Sources in, raw mentions out; also the ticker and the catalogue's publisher.

Owns what is asked of each source, how its answers are read, and how records reach the raw topics.
Refuses to know what a mention is about: that is `streams/`. To add a source: one file that
subclasses `producers.base.source.PolledSource`, a line in `producers/sources.py`, a fixture.
"""
