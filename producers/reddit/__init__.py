"""Reddit: posts and comments, by its API with keys and by its Atom feeds without.

Both ways name a post alike (`t3_...`), so that it is one mention whichever told it first. What
Reddit took back is published as a tombstone under the same name, without a word of what it said.
"""
