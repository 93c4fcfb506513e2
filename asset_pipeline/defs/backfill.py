"""Backfill of a whole game through a running Dagster's GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from asset_pipeline.defs.takes import TAKE_TAG
from asset_pipeline.errors import AssetPipelineError, ConfigError

_ASSETS = """
{ assetNodes { assetKey { path } groupName tags { key value } isExecutable partitionKeys } }
"""
_LAUNCH = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on Error { message }
  }
}
"""


class BackfillRefused(AssetPipelineError):
    """Dagster answered, but did not start the backfill."""


def launch_backfill(url: str, game: str, *, packs: Sequence[str] = (), take: int | None = None) -> str:
    """Ask the webserver at *url* to make every sprite of *game* that can be drawn, and what is made of them.

    A game without packs becomes one run; a game with packs one run a pack.

    Args:
        url: the Dagster webserver.
        game: which game.
        packs: which packs; empty for all.
        take: a fresh roll of the dice for every sprite; ``None`` for the manifest's.

    Returns:
        What was started, for a person.

    Raises:
        ConfigError: no webserver answers there, or it has no such game or pack.
        BackfillRefused: Dagster did not start it.
    """
    with httpx.Client(base_url=url, timeout=httpx.Timeout(60.0, connect=5.0)) as http:
        nodes = _nodes(_ask(http, _ASSETS, {})["assetNodes"], game, url)
        all_packs = sorted({key for node in nodes for key in node["partitionKeys"]})
        if unknown := sorted(set(packs) - set(all_packs)):
            raise ConfigError(
                f"{game} has no pack {', '.join(unknown)}; it has {', '.join(all_packs) or 'none'}"
            )
        params: dict[str, Any] = {
            "assetSelection": [{"path": node["assetKey"]["path"]} for node in nodes],
            "title": f"{game} {' '.join(packs)}".strip(),
            "tags": [] if take is None else [{"key": TAKE_TAG, "value": str(take)}],
            **({"partitionNames": list(packs or all_packs)} if all_packs else {"allPartitions": True}),
        }
        answer = _ask(http, _LAUNCH, {"params": params})["launchPartitionBackfill"]
    if "backfillId" not in answer:
        raise BackfillRefused(
            f"Dagster refused the backfill of {game}: {answer.get('message', answer['__typename'])}"
        )
    runs = f"one run for each of {', '.join(packs or all_packs)}" if all_packs else "one run"
    return f"backfill {answer['backfillId']} of {game}: {len(nodes)} assets, {runs}; see {url}/runs/?view=backfills"


def _nodes(nodes: list[dict[str, Any]], game: str, url: str) -> list[dict[str, Any]]:
    """Keep what of *game* can be made: its sprites, and what they become together."""
    groups = sorted({node["groupName"] for node in nodes})
    if game not in groups:
        raise ConfigError(f"{url} has no game {game!r}; it has {', '.join(groups) or 'none'}")
    mine = [node for node in nodes if node["groupName"] == game and node["isExecutable"]]
    if not mine:
        raise ConfigError(f"{game} cannot be made: its manifest is broken")
    return mine


def _ask(http: httpx.Client, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    try:
        response = http.post("/graphql", json={"query": query, "variables": variables})
        response.raise_for_status()
        body: dict[str, Any] = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ConfigError(
            f"no Dagster answers at {http.base_url}: {error}; start it with make dev, or name it with --url"
        ) from error
    if errors := body.get("errors"):
        raise BackfillRefused(f"Dagster answered with an error: {errors[0].get('message', errors[0])}")
    data: dict[str, Any] = body["data"]
    return data
