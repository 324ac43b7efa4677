"""Raw mentions in; mentions, velocity, heat and alerts out.

Two Faust roles, each an app of its own: `resolve` (stateless; raw.* to mentions) and `measure`
(mentions to velocity, heat and alerts; one table, `state`, with a row per entity and one per
partition). `core/` decides, `agents/` carry, `runtime/` makes Faust lossless and fast, `replay/`
runs the same core without a broker. Importing a folder runs nothing.
"""
