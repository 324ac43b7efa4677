"""The usual port when nobody holds it, another one otherwise."""

import socket

from deploy.local import ports


def test_held_port_is_not_chosen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        held = holder.getsockname()[1]
        assert not ports.is_free(held)
        assert ports.accepts(held)
        chosen = ports.choose(held)
    assert chosen != held


def test_free_usual_port_is_chosen() -> None:
    (free,) = ports.any_free()
    assert ports.choose(free) == free
    assert not ports.accepts(free)


def test_ports_chosen_together_differ() -> None:
    assert len(set(ports.any_free(20))) == 20
