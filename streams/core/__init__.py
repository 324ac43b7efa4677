"""The computation itself: pure functions of (state, event, now), called by agents and replay alike.

Nothing here reads a clock, draws a number, opens a connection or knows Faust. Time is what records
and ticks say. Refuses to own: transport, tables, files, formatting for people.
"""
