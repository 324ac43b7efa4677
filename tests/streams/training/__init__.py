"""Tests of how tables are fitted and measured."""
