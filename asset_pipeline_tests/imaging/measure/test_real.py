"""What real generations measure: 40 triples and 16 backgrounds and titles, of the 161 behind the table of the gates.

The numbers here are of these 40, not of all 161, so they agree with the table in kind. Each found fault was looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.imaging.arrays import Region, Rgba
from asset_pipeline.imaging.measure.blank import content
from asset_pipeline.imaging.measure.bleed import edge_bleed
from asset_pipeline.imaging.measure.checkerboard import checkerboard
from asset_pipeline.imaging.measure.colours import colour_count
from asset_pipeline.imaging.measure.duplicates import fingerprint, twins
from asset_pipeline.imaging.measure.extent import aspect_error, border_touch, coverage, fill
from asset_pipeline.imaging.measure.grid import pixel_grid
from asset_pipeline.imaging.measure.halo import halo, removed_background
from asset_pipeline.imaging.measure.leak import guide_leak
from asset_pipeline.imaging.measure.maps import Maps
from asset_pipeline.imaging.measure.outline import connectivity, holes, silhouette_fit
from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.measure.translucency import interior_ghost, semi_transparent
from asset_pipeline.imaging.png import decode_image

REAL = Path(__file__).parents[4] / "shared" / "data" / "real_sprites"
pytestmark = pytest.mark.skipif(
    not REAL.exists() and "CI" not in os.environ, reason="the real generations are not part of the project"
)


@dataclass(frozen=True, eq=False)
class Triple:
    """One real sprite: what was asked for, what came, and what the provider cut out of it."""

    name: str
    silhouette: Region
    before: Rgba
    maps: Maps

    @property
    def spec_aspect(self) -> float:
        columns, rows = (np.flatnonzero(self.silhouette.any(axis=axis)) for axis in (0, 1))
        return float(np.ptp(columns) + 1) / float(np.ptp(rows) + 1)


def read(path: Path) -> Rgba:
    return decode_image(path.read_bytes(), what=str(path))


@cache
def triples() -> tuple[Triple, ...]:
    folders = sorted(path.parent for path in REAL.glob("*/*/silhouette.png"))
    return tuple(
        Triple(
            name=f"{folder.parent.name}/{folder.name}",
            silhouette=read(folder / "silhouette.png")[..., :3].mean(axis=2) < 200,
            before=read(folder / "generated.jpg"),
            maps=Maps(read(folder / "cutout.png")),
        )
        for folder in folders
    )


def measured(values: dict[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}


def test_all_forty_are_there() -> None:
    assert len(triples()) == 40


def test_a_black_guide_leaks_into_every_second_sprite() -> None:
    """Table: 100 of 161 fail; here 16 of 40 fail and 4 more are doubtful. All of these guides are black."""
    share = {t.name: found.share for t in triples() if (found := guide_leak(t.maps, (0, 0, 0)))}

    assert len(share) == 40
    assert sum(value > 0.30 for value in share.values()) == 20
    failed = {name for name, value in share.items() if value > 0.50}
    assert 15 <= len(failed) <= 17
    assert {
        "flappyBird/bird",
        "connect4/redDisc",
        "monster-builder/head",
        "simple-platformer/platform",
    } <= failed
    green_or_cloud = ("simple-platformer/goal", "flappyBird/ceiling", "slingshot-destruction/woodBlock")
    assert max(share[name] for name in green_or_cloud) < 0.10


def test_silhouettes_are_missed_where_the_model_drew_another_thing() -> None:
    """Table: p5 0.50, median 0.972; a cloud for a 27:1 ceiling is the worst."""
    fits = {t.name: fit for t in triples() if (fit := silhouette_fit(t.maps, t.silhouette))}
    iou = {name: fit.iou for name, fit in fits.items()}

    assert np.median(list(iou.values())) == pytest.approx(0.926, abs=0.02)
    assert min(iou, key=iou.__getitem__) == "flappyBird/ceiling"
    assert iou["flappyBird/ceiling"] < 0.1
    assert sum(value < 0.85 for value in iou.values()) == 10
    assert sum(value >= 0.95 for value in iou.values()) == 19
    platform = fits["simple-platformer/smallPlatform"]
    assert (platform.precision < 0.6, platform.recall > 0.9) == (True, True)


def test_the_aspect_fails_where_the_silhouette_does() -> None:
    """Table: p95 1.42, 39 fail; the trunk that fills its whole canvas and the cloud are the worst."""
    error = measured({t.name: aspect_error(t.maps, t.spec_aspect) for t in triples()})

    assert error["simple-platformer/goal"] == pytest.approx(1.42, abs=0.01)
    assert error["flappyBird/ceiling"] > 2.5
    assert sum(value > 0.10 for value in error.values()) == 14
    assert error["slingshot-destruction/target"] < 0.01


def test_coverage_fill_and_frame_are_those_of_the_table() -> None:
    covered = [coverage(t.maps) for t in triples()]
    filled = [fill(t.maps) for t in triples()]
    touching = {t.name: border_touch(t.maps).share for t in triples()}

    assert np.median(covered) == pytest.approx(0.63, abs=0.06)
    assert 0.10 < min(covered) < max(covered) < 0.90
    assert np.median([value for value in filled if value is not None]) == pytest.approx(0.91, abs=0.02)
    assert {name for name, value in touching.items() if value > 0.02} == {
        "simple-platformer/goal", "simple-platformer/player", "slopeggle/portalB", "wrecking-ball/target",
    }  # fmt: skip


def test_the_provider_cuts_hard_edges_and_few_ghosts() -> None:
    """Table: median 0.025, p95 0.138; four ghosts in 161, none of the bad ones here."""
    semi = [found.share for t in triples() if (found := semi_transparent(t.maps))]
    ghost = {t.name: one.share for t in triples() if (one := interior_ghost(t.maps))}

    assert np.median(semi) == pytest.approx(0.025, abs=0.005)
    assert max(semi) < 0.15
    assert max(ghost, key=ghost.__getitem__) == "flappyBird/ground"
    assert 0.005 < ghost["flappyBird/ground"] < 0.02
    assert sum(value > 0.005 for value in ghost.values()) == 1


def test_sparks_around_a_sprite_are_specks_and_not_one_body_is_torn_or_pierced() -> None:
    pieces = {t.name: found for t in triples() if (found := connectivity(t.maps))}
    pierced = {t.name: one.share for t in triples() if (one := holes(t.maps))}

    assert {name for name, found in pieces.items() if found.specks > 10} == {
        "flappyBird/ground", "slopeggle/cannon", "slopeggle/portalB",
    }  # fmt: skip
    assert min(found.largest_share for found in pieces.values()) > 0.95
    assert max(pierced.values()) < 0.05


def test_a_halo_is_left_around_a_glow_a_shadow_and_grass() -> None:
    """Table: 17 of 160 above 0.05. A white glow, a white haze and a cast shadow kept in the sprite."""
    score: dict[str, float | None] = {}
    for t in triples():
        background = removed_background(t.before, t.maps)
        found = halo(t.maps, background) if background else None
        score[t.name] = found.score if found else None
    told = measured(score)

    assert len(told) == 40
    assert {name for name, value in told.items() if value > 0.05} == {
        "slopeggle/portalB", "flappyBird/ground", "simple-platformer/coin",
    }  # fmt: skip
    assert sum(value > 0.03 for value in told.values()) == 3


def test_what_is_hidden_under_edges_is_the_edges_own_colour() -> None:
    """The table finds five above 20, by the nearest wholly opaque pixel: black under black outlines of a soft pixel or two."""
    found = {t.name: one for t in triples() if (one := edge_bleed(t.maps))}

    assert 36 <= len(found) < 40  # two have not one transparent pixel near their edge
    assert all(one.delta_e < 20 for one in found.values())


def test_exactly_the_one_drawn_checkerboard_is_found() -> None:
    """Table: exactly the 4 real ones of 161 (0.36, 0.30, 0.26, 0.20), the next 0.063; one of them is here."""
    score = {t.name: found.score for t in triples() if (found := checkerboard(t.before, t.maps))}

    assert {name for name, value in score.items() if value > 0.10} == {"pinball-lite/bumper"}
    assert score["pinball-lite/bumper"] == pytest.approx(0.30, abs=0.02)
    assert max(value for name, value in score.items() if name != "pinball-lite/bumper") < 0.063


def test_none_is_pixel_art_none_is_another_again_and_blank_are_only_the_wholly_black() -> None:
    """Table: 0 blank; all near pairs of the perceptual hash were false.

    By the table's own formula two are blank: a black disc and a black arrow, which are the guide and nothing else.
    """
    contents = {t.name: content(t.maps) for t in triples()}
    grids = [grid.score for t in triples() if (grid := pixel_grid(t.maps.rgba))]
    pairs = list(twins([fingerprint(t.maps) for t in triples()]))

    assert min(one.entropy_bits for one in contents.values()) > 1
    assert {name for name, one in contents.items() if one.luma_std < 0.02} == {
        "flappyBird/bird", "simple-platformer/platform",
    }  # fmt: skip
    assert max(grids) < 0.4
    assert np.median([colour_count(t.maps) for t in triples()]) > 1000
    assert not [p for p in pairs if p.hash_bits <= 4 and p.delta_e <= 5 and p.matte_iou >= 0.98]


def test_few_real_backgrounds_loop() -> None:
    """Table: 7 of 26 at most 1.25, 17 above 1.5; a picture that loops by construction is fine."""
    scenes = [read(path) for path in sorted(REAL.glob("*/background/generated.jpg"))]
    seams = [wrap_seam(scene) for scene in scenes]
    control = [wrap_seam(np.concatenate([scene, scene[:, ::-1]], axis=1)) for scene in scenes]

    assert len(seams) == 8
    assert sum(seam > 1.5 for seam in seams) >= 4
    assert sum(seam <= 1.25 for seam in seams) >= 1
    assert max(control) <= 1.25
