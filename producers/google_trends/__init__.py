"""Google Trends: what is searched for suddenly, and how much a name is searched for.

Owns the feed of what trends now, the conversation with Explore behind a backend that can be
replaced, and the answers of the older services, whose recordings are still read. Refuses to put
two scales into one series: a name that Explore measures has no level from the feed.
"""
