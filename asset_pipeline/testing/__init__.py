"""Doubles and real servers for tests; shipped, so that users can test too."""
