"""YouTube over its Data API v3: what is popular, what is found for a name, and what is watched.

Owns what is asked of the API, how its resources and its refusals are read, and how fast the views
of a video grow. Refuses to count anything twice: a video is one mention, however often it is seen,
and its measurements are levels, which add to no count.
"""
