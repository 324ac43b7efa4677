"""Was it early, was it useful, was it right? One computation for live days and for backtests.

Owns the definitions of the KPIs and what they are held against. Refuses to own: where the events
come from and where the figures go. Nothing here is an input of a decision: it may look back.
"""
