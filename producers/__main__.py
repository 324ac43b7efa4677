"""`python -m producers`: sources, the ticker, the catalogue and the simulated world."""

from schemas.loading import loading

with loading():
    from producers.cli import main

if __name__ == "__main__":
    main()
