"""Runs things: the local stack, topic creation, replays, the `heat` command, images.

The only folder that may import all the others; none of them imports it.
"""
