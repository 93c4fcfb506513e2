"""A game's sprites as Dagster assets.

Each sub-package is a room; ``asset_pipeline_tests/test_house.py`` keeps the arrows between them pointing one way.
"""
