"""Tests of what the runtime adds to Faust."""
