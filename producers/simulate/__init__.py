"""A simulated, labelled world for demonstrations: seeded, pure, and faster than ours.

Every text ends in `[simulated]`, every channel in `(simulated)`, and the people and works that
make its news are invented: no story is made up about anyone who exists.
"""
