"""Owns how much and how fast a source may be asked: budget, pace and breaker, by pure functions.

One small state per source holds all three, so that one swap in Redis changes them together.
"""
