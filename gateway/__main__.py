"""`python -m gateway`: serve until asked to stop. Exit 2 for a wrong setting, 1 for the rest."""

import asyncio
import sys

from schemas.errors import FatalError, SettingsError
from schemas.loading import loading

with loading():
    from gateway.server import serve
    from gateway.settings import GatewaySettings
    from schemas.telemetry import configure_logging


def main() -> int:
    try:
        settings = GatewaySettings.load()
    except SettingsError as error:
        sys.stderr.write(f"gateway: {error}\n")
        return 2
    configure_logging("gateway", settings.log)
    try:
        asyncio.run(serve(settings))
    except FatalError as error:
        sys.stderr.write(f"gateway: {error}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
