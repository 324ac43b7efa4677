"""Writes the expectations of all weeks anew, and prints what changed."""

from schemas.version import CODE_VERSION
from tests.golden.expectation import changes, save
from tests.golden.told import told
from tests.golden.weeks import WEEKS

changed = False
for week in WEEKS:
    found = told(week)
    differences = changes(found)
    changed |= bool(differences)
    print("\n".join(differences) or f"{week.name}: as expected")
    save(found)
if changed:
    print(f"The events are others than before. What is on record says that code {CODE_VERSION}"
          " computed it, and `heat verify` believes that: was this version released?")
