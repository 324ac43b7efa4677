"""The `file` source: a recording in JSONL, CSV or Parquet, read through a column map.

Owns reading rows, ordering them and publishing them with their ticks. `read_rows` is pure but for
reading the file; `publish` alone knows Kafka.
"""
