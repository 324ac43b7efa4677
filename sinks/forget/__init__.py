"""What somebody took back, out of every store of ours, with a report that proves it.

Owns: which words of a record are somebody's, the search for them in topics, tables, archive and
caches, and taking them out. Refuses to own: what sinks do of themselves with a record that says
`deleted` (they blank its rows), and the log of Kafka, whose records go with their retention.
"""
