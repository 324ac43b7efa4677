"""What each command of `heat` is for, and which module brings it.

Kept here so that `heat --help` need not import them all; a test holds the lines to those that the
commands themselves give.
"""

from typing import Final

COMMANDS: Final[dict[str, dict[str, str]]] = {
    "deploy.cli.stack": {
        "up": "Start servers and roles on this machine; Ctrl-C stops everything.",
        "demo": "Like `up`, with a simulated world whose clock runs faster than ours.",
        "status":
            "What runs, and how each role fares. Exit 1 when nothing runs or a role is not ready.",
        "down": "Stop what `heat up` started, from any terminal.",
        "doctor":
            "Look for what keeps the stack from running, and say what to do. Exit 1 for a "
            "problem.",
    },
    "deploy.cli.replay": {
        "replay":
            "Replay a recording in a namespace of its own and print the digest of what it "
            "emitted.",
    },
    "deploy.cli.record": {
        "record": "Seal what was heard, so that any run of it can be repeated and proved.",
    },
    "deploy.cli.verify": {
        "verify":
            "Check every seal and the chain of hashes, then compute the alerts again and compare "
            "them.",
    },
    "deploy.cli.diff": {
        "diff":
            "Compare two outcomes, or one recording with itself under other settings or faults.",
    },
    "deploy.cli.sweep": {
        "sweep": "KPIs of every combination of settings, the best of the tuning span first.",
    },
    "deploy.cli.detect": {
        "detect": "Print the stream's statistic, a bar and alerts, one JSON line a bucket.",
    },
    "deploy.cli.forecast": {
        "forecast":
            "Print a band of counts for the hour that ends at each horizon, one JSON line each.",
    },
    "deploy.cli.backtest": {
        "backtest":
            "Replay a recording in this process and write what it is worth, beside simpler rules.",
    },
    "deploy.cli.kpis": {
        "kpis": "The KPIs of the last days, each with its number of cases and its uncertainty.",
    },
    "deploy.cli.daily": {
        "daily": "The KPIs of each day onto topic kpis, and the weekly training, until stopped.",
    },
    "deploy.cli.topics": {
        "topics": "The topics, and the broker held against them.",
    },
    "deploy.cli.schema": {
        "schema": "The Avro schemas of the records.",
    },
    "deploy.cli.entities": {
        "entities": "The catalogue: who and what the news may be about.",
    },
    "deploy.cli.tail": {
        "tail": "Print heat and alerts: from now on, or from --since on. Ctrl-C ends it.",
    },
    "deploy.cli.archive": {
        "archive": "Sealed files that outlive the topics.",
    },
    "deploy.cli.forget": {
        "forget":
            "Take what somebody said out of topics, tables, archive and caches, and prove it.",
    },
    "deploy.cli.resolve": {
        "resolve":
            "Who is named in each post, as JSON lines: spans of the text as given, scores and "
            "their terms.",
    },
    "deploy.cli.spam": {
        "spam":
            "Score each post, as JSON lines: id, spam between 0 and 1, reasons; in the order of "
            "the input.",
    },
    "deploy.cli.affect": {
        "affect":
            "What each text feels, as JSON lines: id, signed from -1 to 1, intensity from 0 to 1.",
    },
    "deploy.cli.train": {
        "train": "Fit a model from examples; print its version.",
    },
    "deploy.cli.worker": {
        "worker": "Run a Faust worker. More of the same role share its partitions.",
    },
    "deploy.cli.sources": {
        "sources": "Show every source: state, last and next run, budget left, missing keys, terms.",
    },
    "deploy.cli.producers": {
        "producers": "Ask the sources; keep the clock.",
    },
    "deploy.cli.export": {
        "export":
            "Write rows of a table by known time. Times are UTC; CSV texts cannot be formulas.",
    },
    "deploy.cli.backup": {
        "backup":
            "Dump the database with pg_dump, put it away with a manifest, delete what is too old.",
    },
    "deploy.cli.restore": {
        "restore":
            "Bring a backup back and compare counts and digests of every table with its manifest.",
    },
    "deploy.cli.maintain": {
        "maintain":
            "Make partitions, drop what is too old, refresh sums, analyse, list who is quiet.",
    },
    "sinks.cli": {
        "sink": "Topics into PostgreSQL, each record exactly once.",
    },
    "gateway.cli": {
        "gateway":
            "Serve the dashboard, REST, WebSocket and SSE; settings are HEAT_GATEWAY__* and so "
            "on.",
    },
}
