"""Writes jars.lock anew: `python -m deploy.local.lock_jars`, when Kafka's version changes."""

import tempfile
from pathlib import Path

from deploy.local.jars import LOCK_FILE, digest_of

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
# Kafka logs through SLF4J 1.7; without a binding there is no broker log. All that this one needs
# comes with Kafka. Resolved together, its own wishes would change the versions of Kafka's jars.
LOG_BINDING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
HEAD = """\
# The jars the embedded Kafka runs on: coordinate, file, SHA-256. Written by lock_jars.py.
"""


def main() -> None:
    """Resolve the run-time dependencies, fetch each, write down what came."""
    from jgo.maven import MavenContext

    with tempfile.TemporaryDirectory() as place:
        context = MavenContext(repo_cache=Path(place), timeout=30)
        asked, needed = context.resolver.resolve([context.create_dependency(KAFKA)])
        binding = context.create_dependency(LOG_BINDING)
        found = [*asked, binding, *(dep for dep in needed if dep.scope in {"compile", "runtime"})]
        lines = set()
        for dep in found:
            file = Path(dep.artifact.resolve())
            lines.add(
                f"{dep.groupId}:{dep.artifactId}:{dep.version} {file.name} {digest_of(file)}\n"
            )
    LOCK_FILE.write_text(HEAD + "".join(sorted(lines)), encoding="ascii")


if __name__ == "__main__":
    main()
