"""The embedded stack: Kafka, PostgreSQL and Redis as children, and the supervisor of the roles.

Owns how programs are started, watched and stopped on one machine, and where they keep their files.
It knows nothing of what a role computes.
"""
