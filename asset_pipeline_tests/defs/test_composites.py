"""Sheets and pieces of user interface, from the manifest to what a game loads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg
import numpy as np
import pytest

from asset_pipeline.errors import ProviderRejected
from asset_pipeline.imaging.alpha import PixelBox
from asset_pipeline.imaging.arrays import Rgba
from asset_pipeline.imaging.measure.hues import closest_variants, median_lab
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.outline import state_fit
from asset_pipeline.imaging.png import decode_image
from asset_pipeline.imaging.sheets.aligning import jitter_px
from asset_pipeline.imaging.sheets.slicing import sliced
from asset_pipeline.imaging.sheets.tiling import worst_seam
from asset_pipeline.providers.operations import Delivery, Request
from asset_pipeline_tests.defs.conftest import CountingProvider, Studio

HEAD = "id: pond\ntitle: The Pond\ntheme: a quiet pond\nstyle: {style}\nsprites:\n"
RUN = """  run: {kind: sheet, sheet: sprite, columns: 3, rows: 2, cell_width_px: 48, cell_height_px: 64,
        spacing_px: 2, margin_px: 1, description: a green frog,
        animations: {hop: {frames: [0, 1, 2, 3, 4, 5], fps: 8, loop: ping_pong}}}
"""
GEMS = """  gems: {kind: sheet, sheet: variation, columns: 3, cell_width_px: 32, cell_height_px: 32, description: a crystal gem,
         variants: [red ruby, green emerald, blue sapphire], pivot: centre}
"""
TURF = """  turf: {kind: sheet, sheet: tile, columns: 8, rows: 6, cell_width_px: 32, cell_height_px: 32, autotile: blob_47,
         description: short green grass}
"""
OK = """  ok: {kind: ui, component: button, width_px: 96, height_px: 48, states: [normal, hover, pressed, disabled],
       nine_patch: {left: 12, top: 12, right: 12, bottom: 12}, description: a golden button}
"""


def written(studio: Studio, *sprites: str, style: str = "cartoon") -> None:
    studio.write(HEAD.format(style=style) + "".join(sprites))


def picture(studio: Studio, name: str) -> Rgba:
    return decode_image(studio.store.get(f"pond/{name}.png"), what=name)


def cells_of(studio: Studio, sprite: str) -> list[Rgba]:
    """Cut a stored sheet by the rectangles that a game reads."""
    document = json.loads(studio.store.get(f"pond/{sprite}.sheet.json"))
    return sliced(picture(studio, sprite), [PixelBox(*cell["rect_px"]) for cell in document["cells"]])


@pytest.mark.parametrize("consistency", ["one_picture", "shared_seed", "reference", "from_first"])
def test_a_sprite_sheet_stands_on_one_pivot_in_exact_rectangles(studio: Studio, consistency: str) -> None:
    written(studio, RUN.replace("sheet: sprite,", f"sheet: sprite, consistency: {consistency},"))
    studio.make("pond/run")

    calls = studio.provider.calls
    drawn = [call for call in calls if call != "remove_background"]
    assert len(drawn) == (1 if consistency == "one_picture" else 6)
    assert len(calls) - len(drawn) == 1, "the whole sheet is cut out in one call"
    sheet, cells = picture(studio, "run"), cells_of(studio, "run")
    assert sheet.shape == (2 * 64 + 2 + 2, 3 * 48 + 4 + 2, 4)
    assert all(cell.shape == (64, 48, 4) for cell in cells)
    assert all((cell[..., 3] > 200).mean() > 0.2 for cell in cells)
    jitter = jitter_px(cells, "feet")
    assert jitter is not None
    assert jitter <= 1.0
    outside = sheet.copy()
    for x, y, width, height in [
        c["rect_px"] for c in json.loads(studio.store.get("pond/run.sheet.json"))["cells"]
    ]:
        outside[y : y + height, x : x + width] = 0
    assert not outside[..., 3].any(), "the rectangles hold all there is"
    assert len({cell.tobytes() for cell in cells}) > 2, "something moves"


def test_a_sheet_says_how_it_is_played_and_shows_it(studio: Studio) -> None:
    written(studio, RUN)
    studio.make("pond/run")

    document = json.loads(studio.store.get("pond/run.sheet.json"))
    assert document["animations"] == {
        "hop": {"cells": [0, 1, 2, 3, 4, 5], "fps": 8.0, "playback": "ping_pong"}
    }
    assert document["pivot"] == [0.5, 1.0]
    moving = studio.store.get("pond/run.preview.webp")
    assert moving[8:12] == b"WEBP"
    assert b"ANIM" in moving[:64]


def test_what_is_made_of_a_sheet_turns_stale_when_it_is_played_otherwise(studio: Studio) -> None:
    """The engines' files say how fast; the pixels do not."""

    def version() -> str:
        result, run = studio.make("pond/run"), dg.AssetKey(["pond", "run"])
        [event] = [e for e in result.get_asset_materialization_events() if e.asset_key == run]
        return (event.materialization.tags or {})["dagster/data_version"]

    written(studio, RUN)
    first = version()
    assert version() == first
    written(studio, RUN.replace("fps: 8", "fps: 12"))
    assert version() != first


def test_cells_of_pixel_art_share_the_palette(studio: Studio) -> None:
    written(studio, RUN, style="pixel")
    studio.make("pond/run")

    cells = cells_of(studio, "run")
    colours = np.unique(np.concatenate([cell[cell[..., 3] > 0][:, :3] for cell in cells]), axis=0)
    assert len(colours) <= 32


def test_variants_are_told_apart_by_measured_hue(studio: Studio) -> None:
    written(studio, GEMS)
    studio.make("pond/gems", "pond/catalog")

    labs = [lab for cell in cells_of(studio, "gems") if (lab := median_lab(Maps(cell))) is not None]
    closest = closest_variants(labs)
    assert closest is not None
    assert closest.delta_e >= 20
    names = [cell["name"] for cell in json.loads(studio.store.get("pond/gems.sheet.json"))["cells"]]
    assert names == ["red_ruby", "green_emerald", "blue_sapphire"]


@pytest.mark.parametrize("style", ["cartoon", "pixel"])
def test_a_terrain_is_one_tile_that_is_drawn_and_the_tiles_of_every_neighbourhood(
    studio: Studio, style: str
) -> None:
    written(studio, TURF, style=style)
    studio.make("pond/turf")

    assert len(studio.provider.calls) == 1
    document = json.loads(studio.store.get("pond/turf.sheet.json"))
    tiles = dict(zip((c["neighbours"] for c in document["cells"]), cells_of(studio, "turf"), strict=True))
    assert len(tiles) == 47
    assert tiles[255][..., 3].min() == 255, "all around it is the same"
    assert worst_seam([tiles[255]]) <= 1.25
    alone = tiles[0][..., 3]
    assert alone[0].max() == alone[-1].max() == alone[:, 0].max() == alone[:, -1].max() == 0
    # Where a terrain goes on, its edge is where the neighbour's is.
    above, below = tiles[16], tiles[1]
    assert np.array_equal(above[-1, :, 3] > 127, below[0, :, 3] > 127)


def test_cells_that_have_not_begun_are_not_asked_for_when_one_has_failed(studio: Studio) -> None:
    """A sheet may have hundreds, each of which costs money, and a thread and a connection while it waits."""

    @dataclass
    class Refusing(CountingProvider):
        def run(self, request: Request) -> Delivery:
            self.calls.append(request.operation)
            raise ProviderRejected("local", "this is not allowed")

    studio.provider = Refusing()
    written(studio, RUN.replace("columns: 3, rows: 2,", "columns: 10, rows: 10, consistency: shared_seed,"))
    studio.make("pond/run", ok=False)

    assert 1 <= len(studio.provider.calls) < 100


def test_an_edited_variant_is_one_new_drawing(studio: Studio) -> None:
    """With the memo of a paid provider: see the contract's game. Here, that just its own request differs."""
    from asset_pipeline.manifest.load import load_game  # noqa: PLC0415 - only here
    from asset_pipeline.manifest.resolve import resolve  # noqa: PLC0415 - as above
    from asset_pipeline.sprites.expected import expected_requests  # noqa: PLC0415 - as above

    def asked(text: str) -> Sequence[object]:
        studio.write(HEAD.format(style="cartoon") + text)
        spec = resolve(load_game(studio.folder / "games" / "pond.yaml"), "gems")
        return expected_requests(spec, studio.folder / "games")[:3]

    gems = GEMS.replace("sheet: variation,", "sheet: variation, consistency: shared_seed,")
    before, after = asked(gems), asked(gems.replace("green emerald", "yellow topaz"))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]


@pytest.mark.parametrize("style", ["cartoon", "pixel"])
@pytest.mark.parametrize("by", ["colour", "model"])
def test_the_states_of_a_button_have_exactly_its_outline(studio: Studio, by: str, style: str) -> None:
    written(studio, OK.replace("component:", f"states_by: {by}, component:"), style=style)
    studio.make("pond/ok")

    assert studio.provider.calls.count("image_to_image") == (1 if by == "colour" else 4)
    base = picture(studio, "ok")
    assert base.shape == (48, 96, 4)
    for state in ("hover", "pressed", "disabled"):
        other = picture(studio, f"ok.{state}")
        fit = state_fit(Maps(other), Maps(base))
        assert fit is not None
        assert (fit.iou, fit.box_shift_px) == (1.0, 0)
        assert not np.array_equal(other, base)
    assert studio.store.exists("pond/ok.preview.webp")


def test_a_nine_patch_fills_its_file_so_that_its_border_is_where_the_insets_say(studio: Studio) -> None:
    written(studio, OK)
    studio.make("pond/ok")

    solid = picture(studio, "ok")[..., 3] > 127
    assert solid.any(axis=1).all()
    assert solid.any(axis=0).all()
    assert studio.store.get("pond/ok.stretch.webp")[8:12] == b"WEBP"


def test_states_that_the_manifest_no_longer_has_are_removed(studio: Studio) -> None:
    written(studio, OK)
    studio.make("pond/ok")
    assert studio.store.exists("pond/ok.disabled.png")
    written(studio, OK.replace(", disabled]", "]"))
    studio.make("pond/ok")

    assert not studio.store.exists("pond/ok.disabled.png")
    assert studio.store.exists("pond/ok.pressed.png")
    assert studio.store.exists("pond/ok.png")


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_refused_is_taken_back_whole_and_an_earlier_version_is_not(
    studio: Studio, kept: bool
) -> None:
    """Of an earlier version only the normal state may be the same."""
    written(studio, OK)
    studio.make("pond/ok")
    if kept:
        studio.store.put(
            "pond/ok.hover.png", studio.store.get("pond/ok.pressed.png"), content_type="image/png"
        )
    written(studio, OK.replace("description:", "gates: {area_px: {at_least: 1000000, why: x}}, description:"))
    studio.make("pond/ok", ok=False)

    left = set(studio.store.list_keys("pond/ok."))
    assert {"pond/ok.png", "pond/ok.hover.png", "pond/ok.disabled.png"} <= left if kept else not left


@pytest.mark.parametrize(
    "later",
    [
        "{kind: ui, component: button, width_px: 96, height_px: 48, description: a golden button}",
        "{kind: entity, shape: box, width: 1, height: 1, role: item, description: a golden button}",
    ],
)
def test_nothing_is_left_of_what_a_sprite_was_before(studio: Studio, later: str) -> None:
    """A game that looks for the files beside a picture must not find those of another."""
    written(studio, OK)
    studio.make("pond/ok")
    written(studio, f"  ok: {later}\n")
    studio.make("pond/ok")

    assert list(studio.store.list_keys("pond/ok.")) == ["pond/ok.png"]


def test_a_scene_that_is_no_longer_split_has_no_layers(studio: Studio) -> None:
    size = "width_px: 128, height_px: 64, description: hills"
    written(studio, f"  ok: {{kind: parallax, layer_count: 2, {size}}}\n")
    studio.make("pond/ok")
    assert studio.store.exists("pond/ok.layer_0.png")
    written(studio, f"  ok: {{kind: background, {size}}}\n")
    studio.make("pond/ok")

    assert list(studio.store.list_keys("pond/ok.")) == ["pond/ok.png"]


def test_all_of_it_is_in_the_atlas_and_the_engines_files(studio: Studio) -> None:
    written(studio, RUN, GEMS, TURF, OK)
    studio.make("pond/run", "pond/gems", "pond/turf", "pond/ok", "pond/catalog", "pond/gallery", "pond/atlas")

    phaser = json.loads(studio.store.get("pond/exports/phaser/atlas.json"))
    names = {frame["filename"] for frame in phaser["textures"][0]["frames"]}
    assert {"ok_normal", "ok_hover", "gems_red_ruby", "run_0"} <= names
    box = studio.store.get("pond/exports/godot/ok_hover.stylebox.tres").decode()
    assert "texture_margin_left = 12" in box
    catalog = json.loads(studio.store.get("pond/catalog.json"))["sprites"]
    assert all(
        studio.store.exists(key) for key in (*catalog["ok"]["states"].values(), catalog["run"]["sheet"])
    )
    assert catalog["ok"]["nine_patch_px"] == [12, 12, 12, 12]
    assert catalog["run"]["placement"]["anchor"] == [0.5, 1.0]
    page = studio.store.get("pond/gallery/index.html").decode()
    assert 'data-cells="' in page, "the animation plays"
