"""A recording to a report that a person can judge: figures, plots, receipts, and their hashes."""
