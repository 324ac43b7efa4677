"""Tables by time, one schema in two ways: TimescaleDB where the server has it, else PostgreSQL.

Owns how large tables are cut into days, what is summed over them, and how old rows go. The names,
the columns and the answers are the same in both ways; which way a database went is read from its
catalogue. A table by time is a line in `timed.py` and `by_time=True` in its sink's table.
"""
