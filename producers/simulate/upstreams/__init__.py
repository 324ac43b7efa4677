"""Simulated upstreams: each source's provider on one loopback address, out of the simulated world.

Owns the shapes of their answers, their limits and their faults. Producers know nothing of it: they
are led here by HEAT_PRODUCER__UPSTREAM, which puts the host that they ask for before the path.
"""
