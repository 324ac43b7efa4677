"""Owns what a source may be asked: its budget, its pace, its breaker, all decided by pure functions.

One small state per source holds all three, so that one swap in Redis changes them together.
"""
