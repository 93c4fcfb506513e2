"""Scenario.com behind the door: its models through the one endpoint that takes them all.

Belongs here: the wire words of its API, the ``inputs`` of its models (asked for, and a dated copy for when it cannot be
asked), uploads, dry-run quotes, job words, downloads by fresh signed URLs, and finding a job whose acceptance is unknown.
Does not belong here: when to submit, wait, retry or pay (``jobs``); HTTP rules that every provider shares
(``providers.http``, ``providers.downloads``); pixels beyond putting cropped layers back on their canvas (``imaging``).
"""

from asset_pipeline.providers.scenario.config import ScenarioConfig
from asset_pipeline.providers.scenario.provider import ScenarioProvider

__all__ = ["ScenarioConfig", "ScenarioProvider"]
