"""A double of Scenario.com: its API, its storage and its CDN on one loopback port, as the contract describes them.

Belongs here: what the service does, its traps included. Does not belong here: our client's code (only its dated table of
models, and its configuration for the tests' convenience).
"""

from asset_pipeline.testing.scenario.double import KEY, SECRET, ScenarioDouble

__all__ = ["KEY", "SECRET", "ScenarioDouble"]
