"""Rows of the tables as files: CSV, JSON, JSON Lines and Parquet, in memory that stays flat.

This folder owns which tables may leave, what may be asked of them, and the one road from a row to
bytes. It lives here because the gateway may import neither the sinks nor deploy, while
`heat export`, in deploy, may import the gateway: both walk the same road. Columns and their types
are asked of the database itself, so that a new column needs no word here. Nothing here writes to
the database.
"""
