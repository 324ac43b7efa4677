"""Raw mentions in; mentions, velocity, heat and alerts out.

Faust roles, each an app of its own: `resolve` (stateless; raw.* to mentions), `measure` (mentions
to velocity, heat and proposed alerts; table `state`, a row per entity and one per partition),
`discover` (candidates to names; table `names`) and `stories` (what is proposed to alerts, one per
story; table `stories`, in its one partition). `core/` decides, `agents/` carry, `runtime/` makes
Faust lossless and fast, `replay/` runs the same core without a broker. Importing a folder runs
nothing.
"""
