"""How far a partition is: the row of its own beside those of the names."""

import msgspec

from streams.core.coverage import Watched


class Progress(msgspec.Struct, array_like=True):
    """The partition's own row: how far it is."""

    closed: int = -1  # the last interval that is over
    first: int = -1  # the deployment's first tick
    last: dict[str, int] = {}  # origin -> newest tick it said
    content: dict[int, dict[str, int]] = {}  # open tick -> present
    present: dict[str, int] = {}  # of the last closed tick
    absent: dict[str, int] = {}  # source -> first tick of its absence
    eyes: dict[str, Watched] = {}  # source -> when it was present


decode_progress = msgspec.msgpack.Decoder(Progress).decode
