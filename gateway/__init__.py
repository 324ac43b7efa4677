"""Heat and alerts in; REST, WebSocket, SSE and the dashboard out.

Owns: the one order in which a deployment's events are told (the `feed` topic), the ring of recent
events that every client reads by cursor, and the board of what is hot now. It delivers what it can
and buffers for nobody; it decides nothing about heat, and keeps nothing that the log does not hold.
"""
