"""Fresh takes: another roll of the dice for every sprite of a run, asked for by the run's config or by its tag."""

import dagster as dg
from pydantic import Field

from asset_pipeline.errors import ConfigError

TAKE_TAG = "asset_pipeline/take"  # run tag: what schedules and backfills use, which have no config


class TakeResource(dg.ConfigurableResource[int | None]):
    """The take that a run asks for; ``None`` for each sprite's own, as its manifest says."""

    number: int | None = Field(
        default=None,
        ge=0,
        description=f"A fresh take of every sprite of this run; wins over the run's tag {TAKE_TAG}.",
    )

    def create_resource(self, context: dg.InitResourceContext) -> int | None:
        """Read the config, or else the tag.

        Raises:
            ConfigError: the tag is no whole number from 0.
        """
        tag = None if context.run is None else context.run.tags.get(TAKE_TAG)
        return self.number if self.number is not None or tag is None else parse_take(tag)


def parse_take(text: str) -> int:
    """Read the number of a take.

    Raises:
        ConfigError: *text* is no whole number from 0.

    >>> parse_take("7")
    7
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise ConfigError(f"{TAKE_TAG}={text!r} is no take; use a whole number from 0, such as {TAKE_TAG}=7")
    return int(text)
