"""A recording through the same core as live, without a broker; and what came out of any run.

Owns the digest of a run, the account of its articles and its tables. Refuses to own: reading
files (producers), Kafka (deploy), anything that reaches Slack.
"""
