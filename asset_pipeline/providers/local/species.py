"""The kinds of living things the painter knows, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from asset_pipeline.imaging.arrays import Rgb


@dataclass(frozen=True)
class Species:
    """What sets one kind of creature apart.

    Attributes:
        called: what prompts call it, by spaces.
        colour: its colour in nature.
        top: what grows on its head: ``ears``, ``round ears``, ``long ears``, ``horns``, ``tufts``,
            ``antennae``, ``crest``, ``spikes``, ``bulb eyes``, ``hair`` or ``none``.
        nose: see :class:`~asset_pipeline.providers.local.face.Look`.
        coat: the material of its body; empty for smooth skin.
        belly: it has a pale belly or face.
        sides: ``arms``, ``wings``, ``broad wings``, ``bat wings``, ``fins``, ``claws`` or ``none``.
        feet: it stands on two feet.
        eyes: how many.
        eye: half width of an eye.
        mark: ``none``, ``cheeks``, ``mask``, ``bands``, ``spots``, ``shell`` or ``visor``.
    """

    called: str = ""
    colour: Rgb | None = None
    top: str = "none"
    nose: str = "none"
    coat: str = ""
    belly: bool = True
    sides: str = "arms"
    feet: bool = True
    eyes: int = 2
    eye: float = 0.20
    mark: str = "none"

    @cached_property
    def words(self) -> frozenset[str]:
        """What prompts call it."""
        return frozenset(self.called.split())


SPECIES: Final = (
    Species("fox foxes vixen", colour=(232, 124, 52), top="ears", nose="snout", coat="fur", mark="cheeks"),
    Species(
        "cat kitten lynx tiger", colour=(240, 168, 84), top="ears", nose="muzzle", coat="fur", mark="bands"
    ),
    Species(
        "wolf dog puppy hound", colour=(140, 146, 164), top="ears", nose="snout", coat="fur", mark="cheeks"
    ),
    Species("bear panda cub", colour=(150, 100, 66), top="round ears", nose="snout", coat="fur"),
    Species(
        "mouse rat squirrel hamster otter badger raccoon hedgehog",
        colour=(172, 140, 116),
        top="round ears",
        nose="snout",
        coat="fur",
        mark="mask",
    ),
    Species("rabbit bunny hare", colour=(224, 208, 200), top="long ears", nose="muzzle", coat="fur"),
    Species(
        "owl owlet", colour=(150, 112, 82), top="tufts", nose="beak", coat="scales", sides="wings", eye=0.27
    ),
    Species(
        "bird chick robin sparrow parrot duck duckling goose crow heron eagle",
        colour=(90, 170, 232),
        top="crest",
        nose="beak",
        coat="scales",
        sides="wings",
    ),
    Species("penguin", colour=(62, 76, 104), nose="beak", sides="wings", mark="cheeks"),
    Species("frog toad", colour=(110, 190, 84), top="bulb eyes", nose="wide", eye=0.23, mark="spots"),
    Species("bat", colour=(104, 84, 142), top="ears", nose="muzzle", coat="fur", sides="bat wings"),
    Species(
        "moth butterfly", colour=(196, 164, 120), top="antennae", coat="fur", sides="broad wings", feet=False
    ),
    Species(
        "bee wasp hornet",
        colour=(248, 196, 58),
        top="antennae",
        coat="fur",
        belly=False,
        sides="wings",
        mark="bands",
    ),
    Species(
        "beetle bug ladybug ladybird ant firefly cockroach snail",
        colour=(200, 66, 56),
        top="antennae",
        sides="claws",
        mark="shell",
    ),
    Species(
        "spider tarantula", colour=(92, 72, 104), coat="fur", sides="claws", feet=False, eyes=4, eye=0.15
    ),
    Species(
        "fish goldfish carp koi piranha pike catfish salmon trout minnow puffer pufferfish shark eel",
        colour=(244, 132, 56),
        top="crest",
        coat="scales",
        sides="fins",
        feet=False,
    ),
    Species("crab lobster crayfish", colour=(226, 84, 60), top="bulb eyes", sides="claws"),
    Species("octopus squid jellyfish kraken", colour=(182, 104, 196), sides="none", mark="spots"),
    Species("turtle tortoise", colour=(118, 168, 92), nose="wide", sides="fins", mark="shell"),
    Species(
        "slime blob goo jelly ooze",
        colour=(116, 204, 92),
        coat="slime",
        belly=False,
        sides="none",
        feet=False,
    ),
    Species(
        "ghost spirit wisp phantom wraith will-o-wisp",
        colour=(206, 222, 244),
        belly=False,
        feet=False,
        eye=0.19,
    ),
    Species(
        "robot android drone mech rover probe bot",
        colour=(140, 156, 176),
        top="antennae",
        coat="metal",
        belly=False,
        mark="visor",
    ),
    Species(
        "astronaut cosmonaut spaceman golfer diver pilot", colour=(228, 232, 240), belly=False, mark="visor"
    ),
    Species("alien martian ufo", colour=(122, 204, 112), top="antennae", eyes=3, eye=0.25),
    Species(
        "dragon wyvern drake lizard dinosaur crocodile salamander newt",
        colour=(92, 176, 104),
        top="spikes",
        nose="wide",
        coat="scales",
        sides="bat wings",
    ),
    Species(
        "demon devil imp goblin orc ogre troll monster minotaur yeti kelpie",
        colour=(190, 74, 82),
        top="horns",
        nose="wide",
    ),
    Species("skeleton skull undead zombie", colour=(226, 220, 200), belly=False, eye=0.24),
    Species("mushroom toadstool fungus", colour=(214, 70, 62), sides="none", mark="spots"),
    Species("snowman", colour=(236, 242, 250), coat="snow", belly=False),
    Species(
        "knight wizard witch mage princess prince king queen pirate ninja girl boy child kid hero heroine "
        "fisherman keeper villager farmer sailor adventurer explorer warrior archer elf dwarf monk samurai "
        "viking caveman chef gnome person man woman",
        colour=(244, 196, 156),
        top="hair",
        belly=False,
        mark="clothes",
    ),
)


def species_in(words: tuple[str, ...]) -> Species | None:
    """Find the species that *words* mention first; ``None`` where they mention none.

    >>> species_in(("two", "foxes", "and", "an", "owl")).called.split()[0]
    'fox'
    """
    for word in words:
        for species in SPECIES:
            if word in species.words or word.removesuffix("s") in species.words:
                return species
    return None
