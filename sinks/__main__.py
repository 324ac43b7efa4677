"""`python -m sinks run [mentions|heat|alerts ...]`: the sinks as one process."""

from schemas.loading import loading

with loading():
    from sinks.cli import main

if __name__ == "__main__":
    main()
