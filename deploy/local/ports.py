"""Which TCP port of this machine a server may take."""

import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """True when a server could listen there now; a port in TIME_WAIT counts as free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def accepts(port: int, host: str = LOOPBACK, within: float = 1.0) -> bool:
    """True when somebody listens there."""
    try:
        with socket.create_connection((host, port), timeout=within):
            return True
    except OSError:
        return False


def any_free(count: int = 1, host: str = LOOPBACK) -> list[int]:
    """Different free ports, held together while they are chosen so that none is named twice."""
    probes = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((host, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def choose(default: int, host: str = LOOPBACK) -> int:
    """The default when nobody holds it, else any free one. 0 asks for any."""
    if default and is_free(default, host):
        return default
    return any_free(1, host)[0]
