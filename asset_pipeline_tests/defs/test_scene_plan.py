"""Scenes drawn layer by layer: for providers that cannot split a picture, from the words of a plan."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from asset_pipeline.errors import BadResult
from asset_pipeline.imaging.alpha import over
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.seams import UNSEEN_SEAM
from asset_pipeline.providers.operations import Delivery, RemoveBackground, Request, TextToImage
from asset_pipeline.reviews.candidates import read_candidates
from asset_pipeline_tests.defs.conftest import CountingProvider, Studio
from asset_pipeline_tests.defs.test_gates import checks

VALLEY = """
id: valley
title: The Valley
theme: a quiet valley at night
style: cartoon
sprites:
  hills:
    kind: parallax
    layer_count: 3
    width_px: 256
    height_px: 128
    description: hills by a lake at night
    plan: [a night sky with a moon and stars, dark green hills with pine trees, a lake shore with reeds]
"""


@dataclass
class Together(CountingProvider):
    """The embedded provider, which draws no layer before all are asked for."""

    barrier: threading.Barrier = field(default_factory=lambda: threading.Barrier(3, timeout=60))
    prompts: list[str] = field(default_factory=list)

    def run(self, request: Request) -> Delivery:
        if isinstance(request, TextToImage):
            self.barrier.wait()
            self.prompts.append(request.prompt)
        return super().run(request)


def test_each_layer_is_drawn_from_its_own_words_side_by_side_and_they_make_one_set(studio: Studio) -> None:
    provider = studio.provider = Together()
    studio.write(VALLEY)
    result = studio.make("valley/hills")

    assert sorted(provider.calls) == ["remove_background"] * 2 + ["text_to_image"] * 3
    assert sorted(prompt.split(",")[0] for prompt in provider.prompts) == [
        "a lake shore with reeds",
        "a night sky with a moon and stars",
        "dark green hills with pine trees",
    ]
    layers = [decode_image(studio.store.get(f"valley/hills.layer_{n}.png"), what="layer") for n in range(3)]
    whole = decode_image(studio.store.get("valley/hills.png"), what="hills")
    assert {layer.shape for layer in layers} == {whole.shape} == {(128, 256, 4)}
    assert np.array_equal(over(layers), whole)
    assert layers[0][..., 3].min() == 255, "the farthest layer has no hole"
    for layer in layers[1:]:
        assert layer[0, :, 3].max() == 0, "nothing is left of the paper above"
        assert layer[-1, :, 3].min() == 255, "it reaches the lower edge, from side to side"
    assert all(wrap_seam(layer) <= UNSEEN_SEAM for layer in layers)
    assert all(check.passed for check in checks(result).values())
    assert {"layer_coverage", "layer_gain_db"} < set(checks(result)["layers"].metadata)
    assert studio.store.exists("valley/hills.parallax.json")


def test_a_layer_that_hides_what_is_behind_it_is_held_back(studio: Studio) -> None:
    @dataclass
    class Unwilling(CountingProvider):
        """Draws every layer from side to side and from top to bottom."""

        def run(self, request: Request) -> Delivery:
            if isinstance(request, TextToImage):
                words = "a sunny meadow under a blue sky, wide side-scrolling game scene"
                request = request.model_copy(update={"prompt": words})
            return super().run(request)

    studio.provider = Unwilling()
    studio.write(VALLEY)

    shape = checks(studio.make("valley/hills", ok=False))["shape"]
    assert not shape.passed
    assert "the background was probably kept" in str(shape.description)
    assert not studio.store.exists("valley/hills.png")


def test_a_layer_whose_background_nobody_removed_is_cut_out_by_its_own_colours(studio: Studio) -> None:
    @dataclass
    class Clumsy(CountingProvider):
        def run(self, request: Request) -> Delivery:
            if isinstance(request, RemoveBackground):
                raise BadResult("local", "no picture came back", job_id="1")
            return super().run(request)

    studio.provider = Clumsy()
    studio.write(VALLEY)
    studio.make("valley/hills")

    layer = decode_image(studio.store.get("valley/hills.layer_2.png"), what="layer")
    assert (layer[0, :, 3].max(), layer[-1, :, 3].min()) == (0, 255)


def test_a_plan_may_have_candidates(studio: Studio) -> None:
    studio.write(VALLEY.replace("    width_px", "    candidates: 2\n    width_px"))
    studio.make("valley/hills")

    record = read_candidates(studio.store, "valley", None, "hills")
    assert record is not None
    assert len(record.candidates[record.chosen].images) == 3
    assert len(record.candidates[record.chosen].receipts) == 5
    assert record.candidates[0].shown == record.candidates[0].generated
