"""A recording through real topics in a namespace of its own. Nothing of it can reach Slack: no
gateway reads a namespace, and this folder imports none."""
