"""Sets of sprites for the checks over a whole pack; every set has at most one fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from asset_pipeline.gates.sets import Member
from asset_pipeline.imaging.alpha import alpha_box
from asset_pipeline.imaging.arrays import Rgb, Rgba
from asset_pipeline.imaging.finish import finish_sprite
from asset_pipeline_tests.gates.drawing import HUES, drawn
from asset_pipeline_tests.gates.finished import PALETTE, art_of
from asset_pipeline_tests.imaging.measure.drawn import enlarged
from asset_pipeline_tests.imaging.pictures import as_jpeg

PIXELS_PER_UNIT = 96


@dataclass(frozen=True, eq=False)
class Pack:
    """A labelled set.

    Attributes:
        name: what is in it.
        members: its sprites.
        faults: the checks that must fail.
        subjects: whom they must name.
        palette: the game's.
    """

    name: str
    members: tuple[Member, ...] = field(repr=False)
    faults: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    palette: tuple[Rgb, ...] = ()


def packs() -> Iterator[Pack]:
    """Yield them all."""
    for seed in range(600, 608):
        members = _members(seed)
        yield Pack(f"sound {seed}", members)
        yield from _twins(members, seed)
        yield from _variants(seed)
        yield from _scales(members, seed)
        yield from _pixels(seed)


def _members(seed: int) -> tuple[Member, ...]:
    """Six things of different outlines and colours, each as large as its units say."""
    made = []
    for number in range(6):
        sprite = drawn(seed * 10 + number)
        units = (1.0, round(1 / sprite.aspect, 3)) if sprite.aspect > 1 else (round(sprite.aspect, 3), 1.0)
        finished = _finished(sprite.cut, units)
        made.append(Member(f"thing_{number}", finished, colour=sprite.fill_rgb, units=units, style="cartoon"))
    return tuple(made)


def _finished(rgba: Rgba, units: tuple[float, float], scale: float = 1.0) -> Rgba:
    width_px, height_px = (max(8, round(side * PIXELS_PER_UNIT * scale)) for side in units)
    return finish_sprite(rgba, width_px=width_px, height_px=height_px, style="cartoon")


def _twins(members: tuple[Member, ...], seed: int) -> Iterator[Pack]:
    first = members[seed % 6]
    lossy = np.dstack([as_jpeg(first.rgba, 94)[..., :3], first.rgba[..., 3]])
    again = replace(first, name="again", rgba=lossy if seed % 2 else first.rgba.copy())
    yield Pack(
        f"one twice {seed}",
        (*members, again),
        frozenset({"twin_delta_e"}),
        frozenset({f"{first.name} + again"}),
    )


def _variants(seed: int) -> Iterator[Pack]:
    """Gems of one outline: in colours of their own, in two that are alike, and two of them swapped."""
    sprite = drawn(seed, shape="gem", aspect=1.0)
    gems = tuple(
        Member(f"gem_{number}", _tinted(sprite.cut, hue), variant_of="gem", colour=hue)
        for number, hue in enumerate(HUES)
    )
    yield Pack(f"gems {seed}", gems)
    near = tuple(min(255, channel + 20 + seed % 3) for channel in HUES[2])
    like = Member("gem_like_2", _tinted(sprite.cut, (near[0], near[1], near[2])), variant_of="gem")
    yield Pack(
        f"gems of one colour {seed}",
        (*gems, like),
        frozenset({"variant_delta_e"}),
        frozenset({"gem_2 + gem_like_2"}),
    )
    # Red and orange are 37 degrees apart, which is only a warning.
    one, other = (gems[index] for index in ((0, 2), (1, 3), (4, 2), (5, 0))[seed % 4])
    swapped = (replace(one, colour=other.colour), replace(other, colour=one.colour))
    named = frozenset(member.name for member in swapped)
    rest = tuple(gem for gem in gems if gem.name not in named)
    yield Pack(f"swapped gems {seed}", (*rest, *swapped), frozenset({"hue_error_deg"}), named)


def _tinted(rgba: Rgba, colour: Rgb) -> Rgba:
    light = rgba[..., :3].mean(axis=2, keepdims=True) / max(1.0, float(rgba[rgba[..., 3] > 0, :3].mean()))
    return np.dstack([(light * np.array(colour)).clip(0, 255), rgba[..., 3]]).astype(np.uint8)


def _scales(members: tuple[Member, ...], seed: int) -> Iterator[Pack]:
    first = members[seed % 6]
    wrong = replace(first, rgba=np.pad(_shrunk(first), ((9, 9), (9, 9), (0, 0))))
    rest = tuple(member for member in members if member is not first)
    yield Pack(f"one too small {seed}", (*rest, wrong), frozenset({"scale_error"}), frozenset({wrong.name}))


def _shrunk(member: Member) -> Rgba:
    box = alpha_box(member.rgba)
    assert box is not None
    width_px, height_px = round(box.width * 0.55), round(box.height * 0.55)
    return finish_sprite(member.rgba, width_px=width_px, height_px=height_px, style="cartoon")


def pixel_member(name: str, rgba: Rgba) -> Member:
    """Take pixel art for a thing in the world, of the size it has by its pixels."""
    box = alpha_box(rgba)
    assert box is not None
    return Member(name, rgba, units=(box.width / 64, box.height / 64), style="pixel")


def _pixels(seed: int) -> Iterator[Pack]:
    cell_px = (1, 2, 3, 4, 4, 5, 6, 8)[seed - 600]
    art = tuple(
        pixel_member(f"sprite_{number}", enlarged(art_of(seed + 17 * number), cell_px)) for number in range(4)
    )
    yield Pack(f"pixels of {cell_px} px {seed}", art, palette=PALETTE)
    mixed = pixel_member("mixed", enlarged(art_of(seed + 99), 2 * cell_px))
    yield Pack(
        f"pixels of two sizes {seed}", (*art, mixed), frozenset({"cell_error"}), frozenset({"mixed"}), PALETTE
    )
    tinted = art[1].rgba.copy()
    tinted[..., :3] = np.clip(tinted[..., :3].astype(int) + (36 if seed % 2 else -36), 0, 255)
    foreign = replace(art[1], name="foreign", rgba=tinted)
    yield Pack(
        f"a foreign palette {seed}",
        (*art, foreign),
        frozenset({"off_palette"}),
        frozenset({"foreign"}),
        PALETTE,
    )
