"""Topics in, PostgreSQL rows out: each record becomes exactly one row.

A sink's rows and the offsets behind them commit in one transaction, and a sink starts from the
offsets in the table, never from Kafka's. So a crash, a rebalance or an outage repeats nothing
and skips nothing. This folder owns the tables; it decides nothing about what the rows mean.

To add a sink: a numbered file in `sql/` with the table, a file beside `mentions.py` with its
columns, and a line in `catalogue.py`. Its topic lists "sinks" among its readers and has a
`<topic>.sink.dlq`. Where the rows depend on what the table already has (only changes, nothing that
was taken back), the sink's `admit` decides in the transaction that writes them.

No table holds the feed (heat and alerts again), the proposals between two workers, and ticks.
"""
