"""A game's gallery in the store, and the link to it."""

from __future__ import annotations

import json

import dagster as dg
import pytest

from asset_pipeline.export.gallery.history import History
from asset_pipeline.storage import keys
from asset_pipeline_tests.defs.conftest import POND, Studio

ALL = ("pond/frog", "pond/reed", "pond/sky", "pond/gallery")


def newest(studio: Studio, sprite: str) -> str:
    return keys.blob_key(studio.store.get(keys.sprite_key("pond", None, sprite)), ".png")


def test_it_is_linked_and_says_what_was_drawn(studio: Studio) -> None:
    result = studio.make(*ALL)

    told = studio.metadata(result, "pond/gallery")
    page = studio.store.get("pond/gallery/index.html").decode()
    assert told["uri"] == studio.store.uri("pond/gallery/index.html")
    assert (told["sprites"], told["missing"], told["held_back"]) == (3, 0, 0)
    assert f"../../{newest(studio, 'frog')}" in page
    assert "local-painter-1" in page
    assert studio.store.exists("pond/gallery/thumbnails/reed.webp")


def test_a_picture_that_was_replaced_is_shown_beside_the_new_one(studio: Studio) -> None:
    studio.make(*ALL)
    first = newest(studio, "frog")
    studio.write(POND.replace("a green frog", "a red frog"))
    studio.make("pond/frog", "pond/gallery")

    history = History.model_validate_json(studio.store.get("pond/gallery/history.json"))
    assert newest(studio, "frog") != first
    assert [version.picture for version in history.earlier("frog")] == [first]
    assert history.earlier("reed") == ()
    assert first in studio.store.get("pond/gallery/index.html").decode()


def test_made_again_without_need_it_is_the_same(studio: Studio) -> None:
    def version(result: dg.ExecuteInProcessResult) -> str:
        gallery = dg.AssetKey(["pond", "gallery"])
        [event] = [e for e in result.get_asset_materialization_events() if e.asset_key == gallery]
        return (event.materialization.tags or {})["dagster/data_version"]

    assert version(studio.make(*ALL)) == version(studio.make("pond/gallery"))


def test_each_pack_has_its_own_with_its_layers(studio: Studio) -> None:
    studio.make("lake/fish", "lake/shore", "lake/gallery", pack="night")

    page = studio.store.get("lake/night/gallery/index.html").decode()
    layer = keys.blob_key(studio.store.get(keys.layer_key("lake", "night", "shore", 2)), ".png")
    assert f'data-factor="1.0000" style="background-image:url(../../../{layer})"' in page
    assert "<h1>The Lake, night</h1>" in page
    assert not studio.store.exists("lake/day/gallery/index.html")


def test_made_too_early_it_shows_what_is_missing(studio: Studio) -> None:
    result = studio.make("pond/gallery")

    assert studio.metadata(result, "pond/gallery")["missing"] == 3
    assert "not made yet" in studio.store.get("pond/gallery/index.html").decode()


def test_a_memory_that_is_damaged_is_named_and_not_overwritten(studio: Studio) -> None:
    damaged = json.dumps({"format": 2}).encode()
    studio.store.put("pond/gallery/history.json", damaged, content_type="application/json")

    job = studio.definitions("pond/gallery").get_repository_def().get_job("__ASSET_JOB")
    with pytest.raises(Exception, match=r"history\.json does not say what the gallery showed before"):
        job.execute_in_process(instance=studio.instance)
    assert studio.store.get("pond/gallery/history.json") == damaged
