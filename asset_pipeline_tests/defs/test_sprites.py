"""One sprite, one asset: from YAML to a measured PNG in the store."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest

from asset_pipeline.definitions import build_defs
from asset_pipeline.defs.takes import TAKE_TAG
from asset_pipeline.imaging.png import decode_image, encode_png, read_png_text
from asset_pipeline.settings import Settings
from asset_pipeline_tests.defs.conftest import POND, Studio, job_of, needed


def code_versions(studio: Studio) -> dict[str, str | None]:
    graph = studio.definitions().resolve_asset_graph()
    return {key.to_user_string(): graph.get(key).code_version for key in graph.get_all_asset_keys()}


def take_config(number: object) -> dict[str, Any]:
    return {"resources": {"take": {"config": {"number": number}}}}


def test_an_entity_becomes_a_cut_out_png_of_the_size_its_world_size_asks_for(studio: Studio) -> None:
    result = studio.make("pond/reed")

    rgba = decode_image(studio.store.get("pond/reed.png"), what="reed")
    assert rgba.shape == (128, 64, 4)
    assert rgba[..., 3].min() == 0
    assert rgba[..., 3].max() == 255
    assert studio.provider.calls == ["image_to_image", "remove_background"]
    steps = {event.step_key for event in result.get_step_success_events()}
    assert steps == {f"pond__reed.{op}" for op in ("draw_guide", "generate", "remove_background", "finish")}


def test_the_materialization_says_all_that_the_ui_shows(studio: Studio) -> None:
    shown = studio.metadata(studio.make("pond/frog"), "pond/frog")

    assert str(shown["preview"]).startswith("![frog](data:image/")
    assert len(str(shown["preview"])) < 1000, "Dagster folds longer Markdown behind a link"
    assert "http://127.0.0.1:3001/thumbnails/pond/frog.png" in str(shown["thumbnail"])
    assert "green frog" in str(shown["prompt"])
    assert (shown["provider"], shown["cost_usd"]) == ("local", 0.0)
    assert (shown["width_px"], shown["height_px"]) == (64, 64)
    assert isinstance(shown["seed"], int)
    assert len(str(shown["sha256"])) == 64


def test_the_png_says_what_made_it(studio: Studio) -> None:
    """A picture that is copied out of the store still knows its prompt and seed."""
    studio.make("pond/frog")

    told = json.loads(read_png_text(studio.store.get("pond/frog.png"))["asset_pipeline"])
    assert told["sprite"] == "frog"
    assert "green frog" in told["prompt"]
    assert [made[1] for made in told["made_by"]] == ["local", "local"]
    assert told["prompt_sha256"] == hashlib.sha256(told["prompt"].encode()).hexdigest()


def test_the_materialization_and_the_png_say_under_which_licence(studio: Studio) -> None:
    shown = studio.metadata(studio.make("pond/frog"), "pond/frog")
    told = json.loads(read_png_text(studio.store.get("pond/frog.png"))["asset_pipeline"])

    assert shown["licences"] == "local-painter-1: MIT (commercial use: yes)"
    assert [[weights["licence"] for weights in step] for step in told["weights"]] == [["MIT"], ["MIT"]]


def test_the_same_request_is_the_same_picture_and_another_take_is_not(studio: Studio) -> None:
    """A scheduled fresh take must be explicit."""
    studio.make("pond/frog")
    first = studio.store.get("pond/frog.png")
    studio.make("pond/frog")
    assert studio.store.get("pond/frog.png") == first

    studio.make("pond/frog", tags={TAKE_TAG: "7"})
    assert studio.store.get("pond/frog.png") != first


def test_the_runs_config_asks_for_the_same_take_as_its_tag_and_wins_over_it(studio: Studio) -> None:
    """What a person writes into the launchpad is meant for this run; a tag may have come with a repeated run."""
    studio.make("pond/frog", tags={TAKE_TAG: "7"})
    tagged = studio.store.get("pond/frog.png")
    studio.make("pond/frog", config=take_config(8), tags={TAKE_TAG: "7"})
    assert studio.store.get("pond/frog.png") != tagged

    result = studio.make("pond/frog", config=take_config(7))
    assert studio.store.get("pond/frog.png") == tagged
    assert studio.metadata(result, "pond/frog")["take"] == 7


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"tags": {TAKE_TAG: "again"}}, "use a whole number"),
        ({"config": take_config(-1)}, "greater than or equal to 0"),
    ],
)
def test_a_take_that_is_no_number_fails_before_the_first_step_with_one_clear_message(
    studio: Studio, asked: dict[str, Any], told: str
) -> None:
    result = studio.make("pond/frog", **asked, ok=False)

    assert studio.provider.calls == []
    [failure] = [event for event in result.all_events if event.is_failure]
    assert told in str(failure.event_specific_data)


def test_a_take_of_the_config_that_is_no_number_is_refused_when_the_run_is_launched(studio: Studio) -> None:
    with pytest.raises(dg.DagsterInvalidConfigError, match="number"):
        studio.make("pond/frog", config=take_config("again"))


def test_each_pack_is_a_partition_with_pictures_of_its_own(studio: Studio) -> None:
    studio.make("lake/fish", pack="day")
    studio.make("lake/fish", pack="night")

    assert studio.store.get("lake/day/fish.png") != studio.store.get("lake/night/fish.png")


def test_parallax_layers_put_together_are_the_scene(studio: Studio) -> None:
    studio.make("lake/shore", pack="day")

    layers = [decode_image(studio.store.get(f"lake/day/shore.layer_{n}.png"), what="layer") for n in range(3)]
    whole = decode_image(studio.store.get("lake/day/shore.png"), what="shore")
    assert {layer.shape for layer in layers} == {whole.shape} == {(64, 128, 4)}
    assert layers[0][..., 3].min() == 255, "the farthest layer has no hole"
    assert studio.provider.calls == ["text_to_image", "decompose_layers"]


def test_an_edited_prompt_makes_exactly_that_sprite_stale(studio: Studio) -> None:
    before = code_versions(studio)
    studio.write(POND.replace("a green frog", "a blue frog"))
    after = code_versions(studio)

    assert {key for key in before if before[key] != after[key]} == {"pond/frog"}


def test_a_broken_game_is_shown_with_its_mistakes_and_the_others_load(studio: Studio) -> None:
    (studio.folder / "games" / "swamp.yaml").write_text("id: swamp\ntitel: Swamp\n")

    graph = studio.definitions().resolve_asset_graph()
    broken = graph.get(dg.AssetKey(["swamp", "broken"]))
    assert not broken.is_executable
    assert "titel" in (broken.description or "")
    assert graph.has(dg.AssetKey(["pond", "frog"]))


def test_the_catalog_is_measured_on_the_stored_bytes(studio: Studio) -> None:
    studio.make("pond/frog", "pond/reed", "pond/sky", "pond/catalog", "pond/contact_sheet")

    catalog = json.loads(studio.store.get("pond/catalog.json"))
    reed = catalog["sprites"]["Reed-1"]
    rgba = decode_image(studio.store.get(reed["key"]), what="reed")
    rows, columns = np.nonzero(rgba[..., 3])
    x, y, width, height = reed["alpha_box_px"]
    assert studio.store.get(reed["blob"]) == studio.store.get(reed["key"])
    assert (reed["width_px"], reed["height_px"]) == (rgba.shape[1], rgba.shape[0])
    assert (x, y, width, height) == (columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    assert reed["placement"]["pixels_per_unit"] == [64.0, 64.0]
    assert catalog["missing"] == []
    assert decode_image(studio.store.get("pond/contact_sheet.png"), what="sheet").shape[1] > 1000


def test_a_catalog_made_too_early_names_what_is_missing(studio: Studio) -> None:
    studio.make("pond/frog")
    studio.make("pond/catalog")

    catalog = json.loads(studio.store.get("pond/catalog.json"))
    assert list(catalog["sprites"]) == ["frog"]
    assert catalog["missing"] == ["Reed-1", "sky"]


def test_a_mask_edited_after_loading_is_refused_not_drawn(studio: Studio, tmp_path: Path) -> None:
    """The asset would otherwise claim a version it was not made from."""
    mask = tmp_path / "games" / "blob.png"
    shape = np.zeros((32, 32, 4), np.uint8)
    shape[8:24, 8:24] = 255
    mask.write_bytes(encode_png(shape))
    studio.write(POND.replace("shape: circle", "shape: {mask: blob.png}"))
    definitions = studio.definitions("pond/frog")
    mask.write_bytes(encode_png(shape[:, 4:]))

    result = job_of(definitions).execute_in_process(instance=studio.instance, raise_on_error=False)
    [failure] = result.get_step_failure_events()
    assert "edited after the game was loaded" in failure.step_failure_data.error_display_string


def test_a_provider_without_its_secret_loads_and_fails_in_the_first_step(studio: Studio) -> None:
    """The UI must open for somebody who has no keys yet; nothing may be paid by halves."""
    settings = Settings.from_environ({"IMAGE_GENERATION_PROVIDER": "runpod"}, root=studio.folder)
    assert build_defs(settings).resolve_asset_graph().has(dg.AssetKey(["pond", "frog"]))
    job = job_of(build_defs(settings, needed=needed("pond/frog")))
    result = job.execute_in_process(instance=studio.instance, raise_on_error=False)
    [failed] = result.get_step_failure_events()
    assert failed.step_key == "pond__frog.draw_guide"
    told = failed.step_failure_data.error
    assert told is not None
    assert "RUNPOD_API_KEY and RUNPOD_FLUX_ENDPOINT_ID are not set" in str(told.cause or told)
