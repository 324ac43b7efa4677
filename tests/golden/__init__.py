"""Simulated weeks with known truth, and what the computation says of them: the alert diff of a
change. `python -m tests.golden` writes the expectations anew. Nothing in them ever happened."""
