"""Whatever cannot be packed or loaded is told before anything is written, all of it at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from asset_pipeline.errors import ExportError
from asset_pipeline.export.atlas.atlas import make_atlas
from asset_pipeline.export.atlas.layout import AtlasLayout
from asset_pipeline.export.atlas.scene import Layer, Scene
from asset_pipeline.export.atlas.sprite import Animation, Frame, Sprite
from asset_pipeline.export.engines.files import engine_files
from asset_pipeline.manifest.composites import Insets
from asset_pipeline_tests.export.drawn import all_kinds, all_scenes, blob, solid, still

FROG = still("frog", 1)
NOTHING = np.zeros((8, 8, 4), np.uint8)
TILES = tuple(Frame(str(n), solid(n, 16, 16)) for n in range(9))


def mistakes_of(*sprites: Sprite) -> tuple[str, ...]:
    with pytest.raises(ExportError) as raised:
        make_atlas("pond", sprites, pixels_per_unit=64, layout=AtlasLayout(128))
    return raised.value.mistakes


@pytest.mark.parametrize(
    ("sprite", "told"),
    [
        (replace(FROG, frames=(Frame("", NOTHING),)), "nothing of it is visible"),
        (replace(FROG, frames=()), "it has no frame"),
        (replace(FROG, frames=(Frame("", np.zeros((0, 8, 4), np.uint8)),)), "its picture is 8 x 0 px"),
        (replace(FROG, frames=(Frame("", np.zeros((8, 8, 3), np.uint8)),)), "(height, width, 4) of uint8"),
        (replace(FROG, frames=(Frame("", np.ones((8, 8, 4), np.float32)),)), "(8, 8, 4) of float32"),
        (replace(FROG, frames=(Frame("", solid(1, 127, 8)),)), "127 x 8 px are larger than a page"),
        (replace(FROG, frames=(Frame("0", blob(1)), Frame("1", blob(2, 50)))), "40 x 32 px and 50 x 32 px"),
        (replace(FROG, name=" "), "no engine takes the name ' '"),
        (replace(FROG, name="a\nb"), r"no engine takes the name 'a\nb'"),
        (replace(FROG, name="__BASE"), "keep the name '__BASE' for themselves"),
        (replace(FROG, name="__proto__"), "keep the name '__proto__' for themselves"),
        (replace(FROG, id="../frog"), "files cannot be named '../frog'"),
        (replace(FROG, frames=(Frame("a b", blob(1)),)), "files cannot be named 'frog_a b'"),
        (replace(FROG, pivot=(float("nan"), 0)), "is no point"),
        (
            replace(FROG, nine_patch=Insets(left=20, top=0, right=20, bottom=0)),
            "the insets leave nothing of 40 x 32 px",
        ),
        (
            replace(FROG, animations=(Animation("hop", (0, 3), (10.0, 10.0), "loop"),)),
            "animation 'hop': there is no frame 3",
        ),
        (replace(FROG, animations=(Animation("hop", (0,), (), "loop"),)), "1 frames have 0 durations"),
        (replace(FROG, animations=(Animation("hop", (0,), (0.2,), "loop"),)), "1 ms or more, got 0.2"),
        (replace(FROG, frames=TILES, tile_columns=0), "one column or more, got 0"),
        (replace(FROG, frames=TILES, tile_columns=9), "need a page of"),
        (
            replace(
                FROG,
                frames=TILES,
                tile_columns=3,
                animations=(
                    Animation("waves", (0, 1), (10.0, 10.0), "loop"),
                    Animation("storm", (0, 2), (10.0, 10.0), "loop"),
                ),
            ),
            "2 animations begin with tile 0",
        ),
    ],
)
def test_each_mistake_is_told_with_the_sprite_and_what_to_do(sprite: Sprite, told: str) -> None:
    [mistake] = mistakes_of(sprite)
    assert mistake.startswith(f"{sprite.id}: ")
    assert told in mistake


def test_no_sprites_at_all_are_a_mistake() -> None:
    assert mistakes_of() == ("there is no sprite to pack; materialize the game's sprites first",)


def test_an_atlas_whose_name_no_file_can_have_is_a_mistake() -> None:
    with pytest.raises(ExportError, match="files cannot be named 'Lantern Lake'"):
        make_atlas("Lantern Lake", [FROG], pixels_per_unit=64)


def test_names_are_there_once() -> None:
    """The second of two frames of one name would never be seen."""
    twin = replace(still("toad", 2), name="frog")
    assert mistakes_of(FROG, twin) == (
        "frame name 'frog' is there 2 times; engines need different ones, rename all but one",
    )
    numbered = Sprite("frog_0", "Frog 0", (Frame("", blob(4)),))
    several = Sprite("frog", "Frog", (Frame("0", blob(1)), Frame("1", blob(2))))
    assert "file 'frog_0' is there 2 times" in mistakes_of(numbered, several)[0]


def test_all_mistakes_of_all_sprites_are_told_at_once() -> None:
    wrong = replace(FROG, name="__BASE", frames=(Frame("", NOTHING),))
    large = replace(still("toad", 2), frames=(Frame("", solid(1, 200, 200)),))
    assert len(mistakes_of(wrong, large, still("newt", 3))) == 3


def test_scenes_that_cannot_be_named_or_have_no_layer_are_told_at_once() -> None:
    atlas = make_atlas("pond", all_kinds(), pixels_per_unit=64)
    [hills, title] = all_scenes()
    wrong = [
        replace(hills, id="atlas"),  # its first layer would be atlas_0.png
        replace(title, name="\t"),
        Scene("empty", "Empty", 8, 8, (), loops=False),
        replace(title, id="coin", name="Other", layers=(Layer(b"", 1, 1),)),
    ]
    with pytest.raises(ExportError) as raised:
        engine_files(atlas, wrong)
    told = "\n".join(raised.value.mistakes)
    assert len(raised.value.mistakes) == 4
    assert "empty: a scene needs a layer" in told
    assert r"title: no engine takes the name '\t'" in told
    assert "file 'atlas_0.png' is there 2 times" in told
    assert "id 'coin' is there 2 times" in told
