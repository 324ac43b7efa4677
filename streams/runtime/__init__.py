"""How Faust is made safe and fast: corrections, lanes, the outbox, and checks.

Owns everything that touches Faust's own machinery, so that agents contain only their order of
steps. Refuses domain knowledge: nothing here knows what a mention is.
"""
