"""Writes the expectations of all weeks anew, and prints what changed."""

from tests.golden.expectation import changes, save
from tests.golden.told import told
from tests.golden.weeks import WEEKS

for week in WEEKS:
    found = told(week)
    print("\n".join(changes(found)) or f"{week.name}: as expected")
    save(found)
