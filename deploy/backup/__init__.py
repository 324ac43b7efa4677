"""Backups of the database: made nightly, kept by an order, restored and compared.

A backup is two files, a dump and a manifest, and the manifest comes last: a dump without one does
not count, whatever ended its upload. The manifest tells the rows and a digest of each table as of
the dump's own snapshot, so that a restored database can be held against it. Kafka stays the state
of record: sinks go on from the restored offsets.
"""
