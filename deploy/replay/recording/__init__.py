"""Sealed recordings: a folder of Avro files and a manifest that vouches for every block of them.

Owns the format, making one from topics or from a plain file, reading it back as the core takes it,
and naming what is damaged. Refuses to own: what is computed from it (streams).
"""
