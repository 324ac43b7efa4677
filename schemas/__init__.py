"""The contract: what two processes must agree on, and nothing that opens a connection.

A thing enters this folder if, and only if, (a) two processes, or a process and its deployment,
must agree on it, and (b) it does no I/O beyond reading its own packaged files. Records, ids,
topics, the codec, the clock, error classes, settings sections and the names of metrics live here.
It imports none of the other folders.
"""
