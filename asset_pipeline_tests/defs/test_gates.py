"""Gates in a run: what is good is published, what is bad is held back, and several tries find a good one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import dagster as dg
import numpy as np
from PIL import Image

from asset_pipeline.defs.gates import check_results
from asset_pipeline.errors import BudgetExceeded, ProviderRejected
from asset_pipeline.gates.case import Case
from asset_pipeline.gates.report import judge_case
from asset_pipeline.gates.thresholds import thresholds
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.manifest.idle import PIXEL_GATES
from asset_pipeline.manifest.quality import KIND_GATES
from asset_pipeline.providers.operations import Delivery, ImageToImage, Request, TextToImage
from asset_pipeline.reviews.candidates import read_candidates
from asset_pipeline.storage import keys
from asset_pipeline.testing.pictures import spoiled
from asset_pipeline_tests.defs.conftest import TWO_LOOKS, CountingProvider, Studio

ONE_FROG = """
id: pond
title: The Pond
theme: a quiet pond
style: cartoon
generation: {size_px: 128}
sprites:
  frog: {kind: entity, shape: circle, width: 1, height: 1, role: character, description: a green frog}
"""


@dataclass
class Spoiling(CountingProvider):
    """The embedded provider, which spoils some of what it draws, by the number of the drawing from 1."""

    spoils: Callable[[int], bool] = lambda _: True
    drawn: list[Request] = field(default_factory=list)

    def run(self, request: Request) -> Delivery:
        delivery = super().run(request)
        if not isinstance(request, TextToImage | ImageToImage):
            return delivery
        self.drawn.append(request)
        if not self.spoils(len(self.drawn)):
            return delivery
        return delivery.model_copy(update={"images": tuple(map(spoiled, delivery.images))})


def checks(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    return {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}


def with_settings(text: str, settings: str) -> str:
    return text.replace("description: a green frog}", f"description: a green frog, {settings}}}")


def test_a_good_sprite_is_green_by_numbers_that_everybody_can_read(studio: Studio) -> None:
    studio.write(ONE_FROG)
    found = checks(studio.make("pond/frog"))

    assert set(found) == {"content", "shape", "edges", "review"}
    assert all(check.passed for check in found.values())
    shape: dict[str, Any] = {name: value.value for name, value in found["shape"].metadata.items()}
    assert shape["silhouette_iou"] > 0.95
    assert shape["thresholds_version"]
    assert "| pass | silhouette_iou | good: at least 0.95, fails: below 0.85 |" in str(shape["verdicts"])


def test_pixel_art_and_scenes_are_asked_other_things(studio: Studio) -> None:
    studio.write(ONE_FROG.replace("cartoon", "pixel"))
    pixel = checks(studio.make("pond/frog"))
    layered = checks(studio.make("lake/shore", pack="day"))

    assert "pixels" in pixel
    assert set(layered) == {"content", "seams", "layers", "review"}


def test_a_family_of_which_nothing_could_be_measured_is_not_green(studio: Studio) -> None:
    sprite = np.zeros((64, 64, 4), np.uint8)
    sprite[16:48, 16:48] = (40, 160, 60, 255)
    judged = judge_case(Case(sprite), ["checkerboard"], thresholds())
    asked = SimpleNamespace(asset_key=dg.AssetKey("frog"), assets_def=SimpleNamespace(check_specs=[]))

    [edges] = check_results(asked, judged, [sprite], studio.store)  # type: ignore[arg-type] # all it looks at

    assert not edges.passed
    assert edges.severity is dg.AssetCheckSeverity.WARN
    assert "not judged" in (edges.description or "")


def test_a_bad_sprite_is_held_back_and_the_game_keeps_what_it_had(studio: Studio) -> None:
    studio.make("pond/frog", "pond/reed", "pond/sky", "pond/catalog")
    before, catalog = studio.store.get("pond/frog.png"), studio.store.get("pond/catalog.json")

    studio.provider = Spoiling()
    result = studio.make("pond/frog", "pond/catalog", ok=False)

    assert studio.store.get("pond/frog.png") == before
    assert studio.store.get("pond/catalog.json") == catalog
    held_back = decode_image(studio.store.get(keys.rejected_key("pond", None, "frog")), what="frog")
    assert held_back.shape == (64, 64, 4)
    assert "pond__catalog" not in {event.step_key for event in result.all_events if event.is_step_start}
    failed = [check for check in checks(result).values() if not check.passed]
    assert failed
    assert all(check.blocking for check in failed)
    assert any("fails:" in (check.description or "") for check in failed)
    record = read_candidates(studio.store, "pond", None, "frog")
    assert record is not None
    assert not record.published
    assert "held_back" in studio.metadata(result, "pond/frog")


def test_a_fault_is_shown_where_it_is(studio: Studio) -> None:
    studio.write(with_settings(ONE_FROG, "gates: {silhouette_iou: {at_least: 0.999, why: to see it fail}}"))

    shape = checks(studio.make("pond/frog", ok=False))["shape"]

    assert not shape.passed
    picture = str(shape.metadata["silhouette_iou_fault"].value)
    assert picture.startswith("![")
    assert "to see it fail" in str(shape.metadata["verdicts"].value)
    assert sum(key.startswith("blobs/") for key in studio.store.list_keys()) > 3


def test_a_gate_is_changed_for_one_sprite_with_the_reason_and_nothing_is_drawn_again(studio: Studio) -> None:
    studio.provider = Spoiling()
    off = ", ".join(
        f"{gate}: {{off: true, why: an experiment}}"
        for gate in sorted(KIND_GATES["entity"] - PIXEL_GATES - {"tile_seam"})
    )
    studio.write(with_settings(ONE_FROG, f"gates: {{{off}}}"))

    result = studio.make("pond/frog")

    assert all(
        "an experiment" in str(c.metadata["verdicts"].value)
        for n, c in checks(result).items()
        if n in ("shape", "edges")
    )


def test_a_pack_is_judged_for_itself(studio: Studio) -> None:
    """Else the pack that was made last would hide the fault of another."""
    studio.make("lake/fish", pack="day")
    studio.provider = Spoiling()
    studio.make("lake/fish", pack="night", ok=False)

    key = dg.AssetCheckKey(dg.AssetKey(["lake", "fish"]), "content")
    history = studio.instance.event_log_storage.get_asset_check_execution_history(key, 10)
    assert {record.partition for record in history} == {"day", "night"}
    assert studio.store.exists("lake/day/fish.png")
    assert not studio.store.exists("lake/night/fish.png")


def test_drawing_ends_with_the_first_good_candidate(studio: Studio) -> None:
    studio.provider = Spoiling(spoils=lambda number: number == 1)
    studio.write(with_settings(ONE_FROG, "candidates: 4"))

    result = studio.make("pond/frog")

    assert len(studio.provider.drawn) == 2
    record = read_candidates(studio.store, "pond", None, "frog")
    assert record is not None
    assert [c.outcome for c in record.candidates] == ["fail", "pass"]
    assert (record.chosen, record.published) == (1, True)
    assert record.candidates[0].faults
    assert all(studio.store.exists(key) for c in record.candidates for key in (*c.images, c.generated or ""))
    assert len({c.seed for c in record.candidates}) == 2
    assert (
        json.loads(texts(studio.store.get("pond/frog.png"))["asset_pipeline"])["seed"]
        == record.candidates[1].seed
    )
    assert "1: fail" in str(studio.metadata(result, "pond/frog")["candidates"])
    strip = decode_image(studio.store.get(keys.candidates_strip_key("pond", None, "frog")), what="the strip")
    assert strip.shape[1] > strip.shape[0]


def test_one_that_is_good_is_enough(studio: Studio) -> None:
    studio.write(with_settings(ONE_FROG, "candidates: 4, rerolls: 4"))

    studio.make("pond/frog")

    assert len(studio.provider.calls) == 2


def test_rolls_end_at_their_cap_and_the_sprite_is_held_back(studio: Studio) -> None:
    studio.provider = Spoiling()
    studio.write(with_settings(ONE_FROG, "candidates: 2, rerolls: 1"))

    studio.make("pond/frog", ok=False)

    assert len(studio.provider.drawn) == 3
    assert not studio.store.exists("pond/frog.png")


@dataclass
class Spent(Spoiling):
    """Draws two spoiled pictures, and then refuses with an error."""

    error: Exception = field(default_factory=lambda: BudgetExceeded("the next call would cost $1"))

    def run(self, request: Request) -> Delivery:
        if len(self.drawn) == 2 and isinstance(request, TextToImage | ImageToImage):
            raise self.error
        return super().run(request)


def test_a_budget_that_ends_the_search_hides_nothing_that_was_paid_for(studio: Studio) -> None:
    studio.provider = Spent()
    studio.write(with_settings(ONE_FROG, "candidates: 4"))

    found = checks(studio.make("pond/frog", ok=False))

    record = read_candidates(studio.store, "pond", None, "frog")
    assert record is not None
    assert ([one.outcome for one in record.candidates], record.published) == (["fail", "fail"], False)
    assert any(not check.passed and check.blocking for check in found.values())
    assert studio.store.exists(keys.rejected_key("pond", None, "frog"))
    assert not studio.store.exists("pond/frog.png")


def test_a_provider_that_fails_while_none_is_acceptable_is_still_an_error(studio: Studio) -> None:
    studio.provider = Spent(error=ProviderRejected("local", "no"))
    studio.write(with_settings(ONE_FROG, "candidates: 4"))

    assert checks(studio.make("pond/frog", ok=False)) == {}


def test_a_further_roll_counters_what_was_wrong(studio: Studio) -> None:
    """The outline was not kept: more of the guide has to stay."""
    studio.provider = Spoiling(spoils=lambda number: number == 1)
    studio.write(
        with_settings(ONE_FROG, "rerolls: 2, gates: {silhouette_iou: {at_least: 0.9999, why: never}}")
    )

    studio.make("pond/frog", ok=False)

    strengths = [
        request.denoise_strength for request in studio.provider.drawn if isinstance(request, ImageToImage)
    ]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[-1] < strengths[0]


GAME_OF_20 = """
id: pond
title: The Pond
theme: a quiet pond
style: cartoon
generation: {size_px: 128, candidates: 4}
sprites:
""" + "\n".join(
    f"  thing_{n}: {{kind: entity, shape: {shape}, width: 1, height: 1, role: item, seed: {n}, description: a {what} of {stuff}}}"
    for n, (shape, what, stuff) in enumerate(
        (shape, what, stuff)
        for shape in ("circle", "box")
        for what in ("shield", "lamp", "drum", "coin", "stone")
        for stuff in ("gold", "blue glass")
    )
)


def test_a_game_of_which_every_second_drawing_is_spoiled_recovers(studio: Studio) -> None:
    studio.provider = Spoiling(spoils=lambda number: number % 2 == 1)
    studio.write(GAME_OF_20)
    names = [f"thing_{n}" for n in range(20)]

    studio.make(*(f"pond/{name}" for name in names))

    records = [read_candidates(studio.store, "pond", None, name) for name in names]
    assert sum(record is not None and record.published for record in records) >= 18
    for name in names:
        published = decode_image(studio.store.get(f"pond/{name}.png"), what=name)
        assert published[..., 3].any()
        assert not np.isin(published[0, :, 3], 255).all()


def texts(png: bytes) -> dict[str, str]:
    with Image.open(BytesIO(png)) as image:
        return dict(image.text)  # type: ignore[attr-defined] # PNGs have it


def test_a_gate_of_another_packs_style_is_answered_too(studio: Studio) -> None:
    """Dagster warns of a check that blocks and says nothing."""
    studio.write(
        TWO_LOOKS.replace("size_px: 64", "size_px: 128").replace(
            "packs: {day: {}, night: {theme: a lake at night}}", "packs: {day: {}, night: {style: pixel}}"
        )
    )

    assert (
        checks(studio.make("lake/fish", pack="day"))["pixels"].description
        == "this pack's style is not asked for it"
    )
    assert checks(studio.make("lake/fish", pack="night"))["pixels"].metadata["colour_count"]


def test_sprites_that_differ_by_their_colour_alone_must_be_told_apart_by_it(studio: Studio) -> None:
    """Nobody had to say that they are variants of each other; a frog that holds something is not one."""
    size = "kind: entity, shape: circle, width: 1, height: 1, role: item, description:"
    gems = f"  frog: {{{size} a teal gem}}\n  lime: {{{size} a dark cyan gem}}\n  ruby: {{{size} a red gem with a star}}\n"
    studio.write(ONE_FROG[: ONE_FROG.index("  frog:")] + gems)
    told = checks(studio.make("pond/frog", "pond/lime", "pond/ruby", "pond/catalog"))["set"]

    assert not told.passed
    assert told.severity is dg.AssetCheckSeverity.WARN
    assert "frog + lime: their colours differ" in (told.description or "")
    assert "ruby" not in (told.description or "")
