"""Topics into sealed files, which outlive the topics' retention.

Owns the format: container files that any Avro reader opens, and for each topic a chain of manifests
that says which files count, what is in them, and how far the topic was read. The chain is the truth
a killed sink starts from: no other offsets are kept. Refuses to own: what records mean, when they
are forgotten (`sinks.forget`), and how they are replayed (deploy).

    <topic>/<kind>/date=2026-03-14/hour=12/<kind>-00000007-<digest>.avro
    <topic>/_manifest/00000007.json
    <topic>/_pending/                     files on their way; not in the archive yet
    _forgotten/_manifest/00000001.json    what was forgotten, by ids
"""
