"""`python -m sinks run [mentions|heat|alerts ...]`: the sinks as one process."""

from sinks.cli import main

if __name__ == "__main__":
    main()
