"""python -m streams ROLE: one worker of one role."""

import sys

from schemas.errors import HeatError, RetriableError, SettingsError
from schemas.loading import loading
from streams.roles import ROLES

with loading():
    from streams.runtime.exits import MEND_FIRST, RESTART_ME

FORECAST = "forecast"  # keeps no table, so it is no Faust worker


def main(arguments: list[str] | None = None) -> int:
    chosen = sys.argv[1:] if arguments is None else arguments
    if len(chosen) != 1 or chosen[0] not in (*ROLES, FORECAST):
        sys.stderr.write(f"usage: python -m streams {'|'.join((*ROLES, FORECAST))}\n")
        return 2
    try:
        if chosen[0] == FORECAST:
            with loading():
                from streams import forecaster
            forecaster.work()
        else:
            with loading():
                from streams import worker
            worker.work(chosen[0])
    except HeatError as error:
        sys.stderr.write(f"{error}\n")
        return _exit_code(error)
    return 0


def _exit_code(error: HeatError) -> int:
    if isinstance(error, SettingsError):
        return 2
    return RESTART_ME if isinstance(error, RetriableError) else MEND_FIRST


if __name__ == "__main__":
    sys.exit(main())
