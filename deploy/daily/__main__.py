"""python -m deploy.daily: the role of the long view."""

import sys

from deploy.daily.role import work
from schemas.errors import HeatError

if __name__ == "__main__":
    try:
        work()
    except HeatError as error:
        sys.stderr.write(f"daily: {error}\n")
        sys.exit(2)
