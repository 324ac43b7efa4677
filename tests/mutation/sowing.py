"""Every single change of the given modules, as JSON lines. Runs where cosmic-ray is installed."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# Bit operators and powers on amounts, identity in place of order, and what no module has.
LEFT_OUT = re.compile(
    r"ReplaceBinaryOperator_(\w*_)?Bit\w+|ReplaceBinaryOperator_\w+_([LR]Shift|Pow)"
    r"|ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_Is(Not)?"
    r"|ReplaceComparisonOperator_Is(Not)?_(Eq|NotEq|Lt|LtE|Gt|GtE)"
    r"|Variable(Replacer|Inserter)"
)


def changed_lines(before: str, after: str) -> tuple[int, str, str]:
    """Number of the first line that differs, and the lines that do, before and after."""
    old, new = before.splitlines(), after.splitlines()
    first = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    most = min(len(old), len(new)) - first
    same = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    return (
        first + 1,
        " ".join(line.strip() for line in old[first : len(old) - same]).strip(),
        " ".join(line.strip() for line in new[first : len(new) - same]).strip(),
    )


def mutants(module: Path) -> Iterator[dict[str, object]]:
    source = module.read_text()
    for name in operator_names():
        short = name.removeprefix("core/")
        if LEFT_OUT.fullmatch(short):
            continue
        operator = get_operator(name)()
        nodes = ast_nodes(get_ast(source))
        places = sum(len(list(operator.mutation_positions(node))) for node in nodes)
        for occurrence in range(places):
            after = mutate_code(source, operator, occurrence)
            if after is None or after == source:
                continue
            line, text, becomes = changed_lines(source, after)
            yield {
                "module": module.stem, "line": line, "text": text, "becomes": becomes,
                "operator": short, "source": after,
            }


def main() -> None:
    for name in sys.argv[1:]:
        for mutant in mutants(Path(name)):
            sys.stdout.write(json.dumps(mutant) + "\n")


if __name__ == "__main__":
    main()
