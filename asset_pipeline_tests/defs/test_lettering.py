"""Lettered titles in a run: the layout is the guide, and letters that are wrong are held back."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.providers.operations import Delivery, ImageToImage, Request
from asset_pipeline_tests.defs.conftest import CountingProvider, Studio
from asset_pipeline_tests.defs.test_gates import checks

FOX = """
id: fox
title: Fox
theme: a forest
style: cartoon
sprites:
  logo:
    {kind: title, text: Café Fox, lettering: {}, width_px: 384, height_px: 192, description: red letters}
"""


@dataclass
class Misspelling(CountingProvider):
    """The embedded provider, which mirrors what it letters the first time."""

    drawn: int = 0
    strengths: tuple[float, ...] = ()

    def run(self, request: Request) -> Delivery:
        if isinstance(request, ImageToImage):
            self.drawn += 1
            self.strengths += (request.denoise_strength,)
            if self.drawn == 1:
                guide = decode_image(request.image, what="the guide")
                request = request.model_copy(update={"image": encode_png(guide[:, ::-1])})
        return LocalProvider().run(request)


def test_a_lettered_title_is_made_over_its_layout_and_its_score_is_kept(studio: Studio) -> None:
    studio.write(FOX)
    result = studio.make("fox/logo")

    steps = {event.step_key for event in result.get_step_success_events()}
    assert steps == {f"fox__logo.{op}" for op in ("draw_guide", "generate", "remove_background", "finish")}
    assert decode_image(studio.store.get("fox/logo.png"), what="logo").shape == (192, 384, 4)
    shape = checks(result)["shape"]
    assert shape.passed
    assert float(str(shape.metadata["letter_iou"].value)) > 0.9
    assert "| pass | letter_iou | good: at least 0.85, fails: below 0.7 |" in str(
        shape.metadata["verdicts"].value
    )


def test_wrong_letters_are_held_back_and_the_next_try_keeps_closer_to_the_layout(studio: Studio) -> None:
    studio.provider = Misspelling()
    studio.write(FOX)
    shape = checks(studio.make("fox/logo", ok=False))["shape"]
    assert not shape.passed
    assert shape.severity is dg.AssetCheckSeverity.ERROR
    assert "the worst letter shares" in str(shape.description)
    assert not studio.store.exists("fox/logo.png")

    again = studio.provider = Misspelling()
    studio.write(FOX.replace("lettering: {}", "lettering: {}, rerolls: 1"))
    assert checks(studio.make("fox/logo"))["shape"].passed
    assert again.strengths == (0.6, 0.5)


def test_what_a_font_lacks_is_told_when_the_game_is_loaded(studio: Studio) -> None:
    studio.write(FOX.replace("Café Fox", "狐 Fox"))

    graph = studio.definitions().resolve_asset_graph()
    assert "sprites.logo.lettering" in (graph.get(dg.AssetKey(["fox", "broken"])).description or "")
    assert "the font has no '狐'" in (graph.get(dg.AssetKey(["fox", "broken"])).description or "")
    assert graph.has(dg.AssetKey(["pond", "frog"])), "another game's font stops nobody"
