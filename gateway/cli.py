"""`heat gateway`: the same as `python -m gateway`."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("gateway")
    def gateway() -> None:
        """Serve the dashboard, REST, WebSocket and SSE; settings are HEAT_GATEWAY__* and so on."""
        from gateway.__main__ import main  # its imports take a while: not for the help's sake

        code = main()
        if code:
            raise typer.Exit(code)
