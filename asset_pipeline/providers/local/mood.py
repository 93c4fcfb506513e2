"""The light a scene stands in: colours by time and place, and what the words dye otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from asset_pipeline.imaging.arrays import Rgb
from asset_pipeline.providers.local.brief import Brief
from asset_pipeline.providers.local.palette import adjust, mix, to_oklch


@dataclass(frozen=True)
class Mood:
    """Colours of one time and place.

    Attributes:
        words: what prompts call it.
        sky: from the zenith to the horizon.
        land: what near ground is coloured like.
        light: the colour of what shines: sun, moon, windows.
        dark: stars are out.
    """

    words: tuple[str, ...]
    sky: tuple[Rgb, Rgb, Rgb]
    land: Rgb
    light: Rgb
    dark: bool = False

    @property
    def haze(self) -> Rgb:
        """What distance turns into."""
        return self.sky[2]


_MOODS: Final = (
    Mood(
        ("space", "galaxy", "cosmos", "cosmic", "orbit", "nebula", "asteroid", "universe"),
        ((10, 10, 34), (24, 20, 66), (50, 34, 100)),
        (84, 70, 120),
        (250, 214, 150),
        dark=True,
    ),
    Mood(
        ("cave", "cavern", "dungeon", "mine", "underground", "grotto", "crypt"),
        ((20, 20, 40), (44, 42, 76), (84, 90, 130)),
        (66, 58, 84),
        (120, 224, 232),
        dark=False,
    ),
    Mood(
        ("underwater", "seabed", "reef", "undersea", "coral"),
        ((20, 86, 150), (30, 132, 186), (110, 208, 220)),
        (216, 190, 132),
        (214, 250, 240),
    ),
    Mood(
        ("lava", "volcano", "volcanic", "hell", "inferno"),
        ((44, 16, 36), (122, 32, 40), (248, 128, 58)),
        (70, 40, 50),
        (255, 196, 80),
    ),
    Mood(
        ("night", "midnight", "starry", "moonlit", "stars"),
        ((16, 20, 66), (36, 52, 118), (92, 112, 172)),
        (30, 66, 78),
        (255, 228, 150),
        dark=True,
    ),
    Mood(
        ("sunset", "dusk", "evening", "twilight"),
        ((70, 52, 128), (214, 96, 124), (255, 190, 120)),
        (86, 62, 92),
        (255, 226, 150),
    ),
    Mood(
        ("sunrise", "dawn", "morning"),
        ((108, 150, 218), (248, 186, 190), (255, 228, 178)),
        (96, 136, 104),
        (255, 240, 190),
    ),
    Mood(
        ("desert", "dune", "dunes", "canyon", "western"),
        ((88, 172, 224), (176, 216, 226), (252, 228, 176)),
        (222, 168, 96),
        (255, 244, 200),
    ),
    Mood(
        ("winter", "snow", "snowy", "ice", "icy", "frozen", "frost", "arctic"),
        ((112, 170, 226), (170, 208, 238), (228, 240, 250)),
        (208, 226, 242),
        (255, 250, 226),
    ),
    Mood(
        ("forest", "jungle", "woods", "swamp"),
        ((98, 190, 214), (168, 222, 206), (232, 246, 206)),
        (74, 142, 76),
        (255, 248, 200),
    ),
    Mood((), ((72, 156, 232), (136, 204, 246), (214, 240, 250)), (106, 184, 82), (255, 240, 176)),
)


def mood_of(brief: Brief) -> Mood:
    """Choose the mood the words ask for, tinted by the palette and by the words' own sky and land colours."""
    mood = next(m for m in _MOODS if not m.words or brief.says(*m.words))
    sky, land = mood.sky, mood.land
    dye = brief.dyed(
        "sky", "space", "night", "cosmos", "dusk", "water" if "underwater" in brief.words else "sky"
    )
    if dye is None and brief.palette:
        dye = _nearest_lightness(brief.palette, mood.sky[1])
    if dye is not None:
        lightness, _, _ = to_oklch(dye)
        lifts = [to_oklch(colour)[0] - to_oklch(mood.sky[1])[0] for colour in mood.sky]
        middle = adjust(dye, light=(to_oklch(mood.sky[1])[0] - lightness) * 0.6)
        top, mid, low = (mix(mood.sky[i], adjust(middle, light=lifts[i]), 0.72) for i in range(3))
        sky = (top, mid, low)
    if brief.palette:
        land = mix(land, _nearest_lightness(brief.palette, land), 0.45)
    return Mood(mood.words, sky, land, mood.light, mood.dark)


def _nearest_lightness(palette: tuple[Rgb, ...], goal: Rgb) -> Rgb:
    return min(palette, key=lambda colour: abs(to_oklch(colour)[0] - to_oklch(goal)[0]))
