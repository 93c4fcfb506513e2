"""What a request asks for, read out of its words: subject, style, colours, material, lettering."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.imaging.colour import colour_words, parse_colour
from asset_pipeline.providers.local.noise import rng_for
from asset_pipeline.providers.local.palette import companion, gap, pigment, random_colour
from asset_pipeline.providers.local.styles import Style, style_named
from asset_pipeline.providers.operations import ImageToImage, TextToImage

# What prompts say to a real model about the picture rather than about its subject.
_STAGING: Final = re.compile(
    r"(isolated )?on an? (plain|solid|pure|clean|flat|simple)? ?white background"
    r"|(white|transparent|plain) background|\bno [a-z ]+"
    r"|game (sprite|asset|art|background|title|logo|scene)|large readable lettering"
    r"|(wide )?side-scrolling|seamless horizontally|bold clean outlines|soft studio light|even colours"
)
_ROLE: Final = re.compile(r"video game (character|enemy|item|platform|ui|sprite|tile|variation|layer)\b")
_QUOTED: Final = re.compile(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]|(?<!\w)'([^']+)'(?!\w)")
_LAYER: Final = re.compile(r"\bvideo game layer (\d+) of (\d+)\b")
_FRAME: Final = re.compile(r"\b(?:frame|number) (\d+) of (\d+)(?: of the animation \w+)?, ")
NEAR: Final = 0.15  # a palette's colour this close in Oklab stands in for a natural one
_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+-bit")


@dataclass(frozen=True)
class Brief:
    """A request as the painter reads it.

    Attributes:
        words: the prompt's words about the subject, lower case, in order.
        setting: the words about the world around it, which do not describe the subject.
        colours: the colours it names, in order.
        palette: the colours to prefer where it names none.
        lettering: the quoted text; empty where nothing is quoted.
        plain: the subject is to stand alone on a plain background.
        role: what the subject is in its game; empty where the prompt does not say.
        style: how to paint.
        depth: of a layer of a scene, 0 the farthest to 1 the nearest.
        moved: how far through its movement the thing is, 0 to 1.
        seed: whatever differs between two requests that are not frames of one movement.
    """

    words: tuple[str, ...]
    setting: tuple[str, ...]
    colours: tuple[Rgb, ...]
    palette: tuple[Rgb, ...]
    lettering: str
    plain: bool
    role: str
    style: Style
    seed: tuple[str, str, int]
    moved: float = 0.0
    depth: float = 1.0

    def rng(self, purpose: str) -> np.random.Generator:
        """Start the random stream for one *purpose*, so that a change elsewhere does not disturb it."""
        return rng_for(purpose, *self.seed)

    def says(self, *words: str) -> bool:
        """Tell whether the prompt mentions any of *words*."""
        return any(word in self.words for word in words)

    def dyed(self, *nouns: str) -> Rgb | None:
        """Find the colour that the words give one of *nouns*: the last one within three words before it."""
        for at, word in enumerate(self.words):
            if word in nouns and (found := colour_words(" ".join(self.words[max(0, at - 3) : at]))):
                return pigment(found[-1])
        return None

    def scheme(self, natural: Rgb | None = None, guide: Rgb | None = None) -> tuple[Rgb, Rgb]:
        """Choose the main colour and the accent.

        Colours come from the prompt's words, then the guide, the palette, what the subject is like in nature,
        and the seed.

        Args:
            natural: the subject's colour where nobody asks for another.
            guide: the guide's colour where it has one.
        """
        rng = self.rng("scheme")
        palette = [self.palette[i] for i in rng.permutation(len(self.palette))]
        if natural is not None:
            near = [c for c in palette if gap(c, natural) < NEAR]
            palette = [min(near, key=lambda c: gap(c, natural), default=natural), *palette]
        chosen = [*self.colours, *([guide] if guide else []), *palette] or [random_colour(rng)]
        accent = next((c for c in chosen[1:] if gap(c, chosen[0]) > 0.12), None) or companion(chosen[0], rng)
        return chosen[0], accent


def read_brief(request: TextToImage | ImageToImage) -> Brief:
    """Read *request*.

    >>> brief = read_brief(TextToImage(prompt='title "Fox Run", red fox', width_px=64, height_px=64, seed=1))
    >>> brief.lettering, brief.words
    ('Fox Run', ('title', 'red', 'fox'))
    """
    quoted = _QUOTED.search(request.prompt)
    said = _FRAME.sub("", _QUOTED.sub(" ", request.prompt).lower())
    role = _ROLE.search(said)
    # What follows the role is the look and the game's theme, which would put its lanterns on every fish.
    subject = _STAGING.sub(" ", said[: role.start()] if role else said)
    return Brief(
        words=tuple(_WORD.findall(subject)),
        setting=tuple(_WORD.findall(said[role.end() :])) if role else (),
        colours=tuple(pigment(colour) for colour in colour_words(subject)),
        palette=tuple(parse_colour(colour) for colour in request.palette),
        lettering=next((group for group in quoted.groups() if group), "").strip() if quoted else "",
        plain="white background" in said or "plain background" in said or "transparent background" in said,
        role=role[1] if role else "",
        style=style_named(request.style),
        seed=(_FRAME.sub("", request.prompt), request.negative_prompt, request.seed),
        moved=_moved(request.prompt),
        depth=_depth(said),
    )


def _moved(prompt: str) -> float:
    frame = _FRAME.search(prompt)
    return 0.0 if frame is None else (int(frame[1]) - 1) / int(frame[2])


def _depth(said: str) -> float:
    layer = _LAYER.search(said)
    return 1.0 if layer is None else (int(layer[1]) - 1) / max(1, int(layer[2]) - 1)
