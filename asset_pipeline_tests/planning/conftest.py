"""A game of three sprites, two remote providers in memory, and everything between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.jobs.budgets import Budgets
from asset_pipeline.jobs.door import Door
from asset_pipeline.jobs.journal import Journal
from asset_pipeline.jobs.records import Purpose
from asset_pipeline.jobs.routing import Roster, Router, Routes
from asset_pipeline.manifest.game import Game
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.planning.comparing import Attempted, compare
from asset_pipeline.planning.steps import PlannedCall, Planner
from asset_pipeline.providers.capabilities import ModelCard, fitness
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import Request
from asset_pipeline.providers.remote import Plan
from asset_pipeline.storage.folder import FolderStore
from asset_pipeline.testing.clock import FakeClock
from asset_pipeline.testing.scripted import ScriptedProvider

POND = """
id: pond
title: The Pond
theme: a quiet pond
style: cartoon
generation: {size_px: 64}
sprites:
  frog: {kind: entity, shape: circle, width: 1, height: 1, role: character, description: a green frog}
  reed: {kind: entity, shape: box, width: 1, height: 2, role: item, description: a brown reed}
  sky: {kind: background, width_px: 128, height_px: 64, description: a blue sky}
"""
SOME_RUN = Purpose(run_id="run-1")


@dataclass
class PickyProvider(ScriptedProvider):
    """Plans by the cards of its models, as real providers do."""

    models: tuple[ModelCard, ...] = ()
    cuts_out: str | None = None  # the model that draws and removes the background at once

    def fused(self, request: Request) -> Request | None:
        return request.model_copy(update={"model": self.cuts_out}) if self.cuts_out else None

    def cards(self) -> tuple[ModelCard, ...]:
        return self.models or super().cards()

    def plan(self, request: Request) -> Plan:
        cards = [card for card in self.cards() if request.model in (None, card.name)]
        mistakes = [fitness(card, request).mistakes for card in cards]
        fit = [card for card, wrong in zip(cards, mistakes, strict=True) if not wrong]
        if not fit:
            reasons = [reason for wrong in mistakes for reason in wrong] or [f"no model {request.model}"]
            raise ProviderRejected(self.name, "; ".join(reasons))
        quote = super().plan(request).quote
        return Plan(fit[0].name, quote, {}, fitness(fit[0], request).warnings)


@dataclass
class Table:
    """A games folder, its providers, a journal and a store."""

    folder: Path
    journal: Journal
    store: FolderStore
    runpod: PickyProvider = field(default_factory=lambda: PickyProvider(name="runpod"))
    scenario: PickyProvider = field(default_factory=lambda: PickyProvider(name="scenario"))
    routes: Routes = field(default_factory=lambda: Routes(("runpod",)))

    @property
    def router(self) -> Router:
        clock = FakeClock()
        door = Door(self.journal, self.store, clock)
        remote = {"runpod": self.runpod, "scenario": self.scenario}
        roster = Roster({"local": LocalProvider()}, remote, {"comfyui": "COMFYUI_URL is not set"})
        return Router(self.routes, roster, door, clock)

    def game(self, text: str = POND) -> Game:
        file = self.folder / "pond.yaml"
        file.write_text(text)
        return load_game(file)

    def specs(self, text: str = POND, take: int | None = None) -> list[SpriteSpec]:
        game = self.game(text)
        return [
            resolve(game, name, pack, take) for name in game.sprites for pack in (*game.packs,) or (None,)
        ]

    def plan(
        self, text: str = POND, *, from_scratch: bool = False, take: int | None = None
    ) -> list[PlannedCall]:
        journal = None if from_scratch else self.journal
        planner = Planner(self.router, self.folder, journal, self.store)
        return [call for spec in self.specs(text, take) for call in planner.calls(spec)]

    def plan_further(self, text: str = POND) -> list[PlannedCall]:
        planner = Planner(self.router, self.folder, self.journal, self.store)
        return [call for spec in self.specs(text) for call in planner.further_calls(spec)]

    def make(self, text: str = POND, *providers: str, purpose: Purpose = SOME_RUN) -> list[Attempted]:
        """Make the game for good: every sprite, every step, through the door."""
        return compare(self.router, self.specs(text), [*providers] or ["runpod"], self.folder, purpose)

    def with_budgets(self, **limits: str) -> None:
        url = str(self.journal.engine.url)
        self.journal.close()
        self.journal = Journal(url, Budgets(**{f"{n}_usd": Decimal(v) for n, v in limits.items()}))


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path, Journal(f"sqlite:///{tmp_path / 'journal.db'}"), FolderStore(tmp_path / "store"))
    yield made
    made.journal.close()
