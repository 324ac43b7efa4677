"""Charts of films and shows: what Box Office Mojo counts by day, and what IMDb's readers look up.

Owns how those pages are asked for and read. Refuses to guess a column by its place: pages change,
and a figure under the wrong heading is worse than none.
"""
