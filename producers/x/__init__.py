"""X: posts and counts of posts by its paid API v2; off without a key.

Every post that is read costs money: what is asked, and how much of it, is a person's decision.
"""
