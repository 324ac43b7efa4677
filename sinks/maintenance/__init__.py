"""What keeps the tables tidy while sinks write: partitions, retention, sums, statistics.

Everything here may be run at any time, by any number of processes at once, and again: one works,
the others say that it does.
"""
