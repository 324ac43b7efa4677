"""python -m deploy.daily: the role of the long view."""

import sys

from schemas.errors import HeatError
from schemas.loading import loading

with loading():
    from deploy.daily.role import work

if __name__ == "__main__":
    try:
        work()
    except HeatError as error:
        sys.stderr.write(f"daily: {error}\n")
        sys.exit(2)
