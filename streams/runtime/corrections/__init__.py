"""Six corrections to faust-streaming 0.15.3, one fault each, and the step that installs them all.

Each module says what stock does; its test shows stock doing it. They use seams, not patches: a
consumer, a producer, a table manager, a sensor and an app class.
"""
