"""Lettered titles: laid out from their spec, drawn over by a model, and judged letter by letter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from asset_pipeline.errors import ConfigError
from asset_pipeline.gates.verdicts import Verdict
from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.resample import resample
from asset_pipeline.manifest.load import load_game
from asset_pipeline.manifest.resolve import resolve
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.local import LocalProvider
from asset_pipeline.sprites import cutting, requests
from asset_pipeline.sprites.artwork import Artwork
from asset_pipeline.sprites.finishing import finished
from asset_pipeline.sprites.guides import as_large_as, guide_png
from asset_pipeline.sprites.judging import gates_of, judge
from asset_pipeline.sprites.lettering import laid_out, lettering_on

SHIPPED = Path(requests.__file__).parent / "fonts" / "DejaVuSans-Bold.ttf"
STYLES = ("cartoon", "pixel", "flat", "3d")


def title(
    folder: Path, text: str, lettering: str = "{}", *, style: str = "cartoon", size: str = "384 x 192"
) -> SpriteSpec:
    width, height = size.split(" x ")
    (folder / "fox.yaml").write_text(
        f"id: fox\ntitle: Fox\ntheme: a forest\nstyle: {style}\nsprites:\n"
        f"  logo: {{kind: title, text: {text!r}, lettering: {lettering}, width_px: {width}, height_px: {height},\n"
        "         description: golden letters with a dark blue outline}\n",
        encoding="utf-8",
    )
    return resolve(load_game(folder / "fox.yaml"), "logo")


def drawn(spec: SpriteSpec, folder: Path, *, over: SpriteSpec | None = None) -> Artwork:
    """Have a title drawn by ``local``; *over* the letters of another one, but held against its own."""
    guide, other = guide_png(spec, folder), guide_png(over or spec, folder)
    picture = LocalProvider().run(requests.image_to_image(spec, other, folder)).images[0]
    cutout, _ = cutting.cut(spec, picture, LocalProvider().run(requests.remove_background(spec, picture)))
    return Artwork((cutout,), guide=guide, generated=picture)


def letter_verdict(spec: SpriteSpec, artwork: Artwork) -> Verdict:
    [verdict] = [
        v for v in judge(spec, artwork, finished(spec, artwork)).report.verdicts if v.metric == "letter_iou"
    ]
    return verdict


def test_text_is_broken_where_its_letters_come_out_largest_or_as_the_manifest_says(tmp_path: Path) -> None:
    def rows(spec: SpriteSpec) -> int:
        return len({letter.cell.y for letter in laid_out(spec, tmp_path).letters})

    assert rows(title(tmp_path, "Lantern Lake")) == 2
    assert rows(title(tmp_path, "Lantern Lake", size="768 x 96")) == 1
    assert rows(title(tmp_path, "Lantern Lake", "{lines: [Lantern Lake]}")) == 1


def test_marks_stay_with_their_letter(tmp_path: Path) -> None:
    """What one sees as one letter is one, however it is written."""
    letters = laid_out(title(tmp_path, "Cafe\u0301 \u00dcber"), tmp_path).letters

    assert [letter.text for letter in letters] == ["C", "a", "f", "\u00e9", "\u00dc", "b", "e", "r"]


def test_what_the_font_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"fox/logo: .*the font has no '湖'"):
        laid_out(title(tmp_path, "湖 Lake"), tmp_path)


def test_a_font_beside_the_manifest_is_used_and_must_stay_what_it_was(tmp_path: Path) -> None:
    (tmp_path / "own.ttf").write_bytes(SHIPPED.read_bytes())
    own, shipped = title(tmp_path, "Fox", "{font: own.ttf}"), title(tmp_path, "Fox")

    assert np.array_equal(laid_out(own, tmp_path).matte, laid_out(shipped, tmp_path).matte)
    (tmp_path / "own.ttf").write_bytes(SHIPPED.read_bytes() + b"\0")
    with pytest.raises(ConfigError, match="edited after the game was loaded"):
        laid_out(own, tmp_path)


def test_a_guide_says_which_letter_is_where_at_any_size(tmp_path: Path) -> None:
    """A pinned picture may have been drawn on another canvas, and its letters are judged all the same."""
    spec = title(tmp_path, "Fox Run")
    guide = guide_png(spec, tmp_path)
    artwork = drawn(spec, tmp_path)
    half = as_large_as(finished(spec, artwork).picture, guide)
    here, there = lettering_on(guide), lettering_on(half)
    assert here is not None
    assert there is not None

    wanted = laid_out(spec, tmp_path)
    assert guide == guide_png(spec, tmp_path), "the same request is the same bytes"
    assert here.letters == wanted.letters
    assert np.mean((here.matte > 0.5) != (wanted.matte > 0.5)) < 0.01
    assert there.matte.shape == (192, 384)
    assert [letter.cell.x for letter in there.letters] == pytest.approx(
        [letter.cell.x * 384 / 1024 for letter in here.letters], abs=1
    )


@pytest.mark.parametrize("style", STYLES)
def test_letters_that_were_kept_pass_in_every_style_of_local(tmp_path: Path, style: str) -> None:
    spec = title(tmp_path, "Lantern Lake", style=style)
    artwork = drawn(spec, tmp_path)
    judged = judge(spec, artwork, finished(spec, artwork))

    assert letter_verdict(spec, artwork).outcome.value == "pass"
    assert not judged.report.failed


@pytest.mark.parametrize(
    ("text", "other", "subject"),
    [("BOSS", "BOGS", "'S', letter 3 of 4"), ("Quest", "Guest", "'Q', letter 1 of 5")],
)
def test_another_letter_is_found_and_named(tmp_path: Path, text: str, other: str, subject: str) -> None:
    spec = title(tmp_path, text, "{align: left}", size="768 x 192")
    verdict = letter_verdict(
        spec, drawn(spec, tmp_path, over=title(tmp_path, other, "{align: left}", size="768 x 192"))
    )

    assert verdict.blocks
    assert verdict.subject == subject


def test_a_title_without_lettering_is_not_asked_for_its_letters(tmp_path: Path) -> None:
    spec = title(tmp_path, "Fox")
    plain = spec.model_copy(update={"details": spec.details.model_copy(update={"lettering": None})})

    assert "letter_iou" in gates_of(spec)
    assert "letter_iou" not in gates_of(plain)


@pytest.mark.parametrize("style", ["cartoon", "pixel"])
def test_letters_of_a_grid_stay_in_their_cells(tmp_path: Path, style: str) -> None:
    """A game cuts its font by the grid, so nothing may be trimmed or moved."""
    spec = title(tmp_path, "AB.D", "{grid: {columns: 2, rows: 2}}", style=style, size="256 x 128")
    artwork = drawn(spec, tmp_path)
    rgba = decode_image(finished(spec, artwork).picture, what="the grid")

    assert letter_verdict(spec, artwork).outcome.value == "pass"
    for row, column, high in ((0, 0, 40), (0, 1, 40), (1, 0, 8), (1, 1, 40)):
        box = alpha_box(rgba[row * 64 : row * 64 + 64, column * 128 : column * 128 + 128], 8)
        assert box is not None
        assert box.x + box.width / 2 == pytest.approx(64, abs=5)
        assert high <= box.height < 64


def test_letters_are_judged_on_whatever_canvas_a_provider_chose(tmp_path: Path) -> None:
    """Models round sizes their own way; that is no fault of the letters."""
    spec = title(tmp_path, "Fox Run")
    artwork = drawn(spec, tmp_path)
    cutout = decode_image(artwork.images[0], what="the cutout")
    smaller = encode_png(resample(cutout, width=768, height=384))

    assert letter_verdict(spec, Artwork((smaller,), guide=artwork.guide)).outcome.value == "pass"


def test_the_letters_of_a_font_are_asked_for_as_such(tmp_path: Path) -> None:
    spec = title(tmp_path, "ABCD", "{grid: {columns: 2, rows: 2}}", size="256 x 128")

    assert spec.prompt.startswith(
        'the letters "ABCD" of a game font, one in each cell of 2 by 2, golden letters'
    )
