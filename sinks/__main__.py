"""`python -m sinks run [mentions|heat|alerts ...]`: the sinks as one process."""

import sys

from sinks.cli import main

if __name__ == "__main__":
    sys.exit(main())
