"""Everything that knows Dagster: assets, ops, resources, IO managers, executor, jobs, schedules, sensors.

Belongs here: one file per Dagster concept, thin, calling the rooms for the work. Does not belong here: pixels, HTTP, SQL and
YAML, which can be used and tested without Dagster; and wiring, which is ``asset_pipeline/definitions.py``.
"""
