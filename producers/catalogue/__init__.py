"""The catalogue: who and what the news may be about, as a file, and its way to the log."""
