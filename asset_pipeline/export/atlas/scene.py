"""What is no part of an atlas: scenes of one or more layers, each a picture of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Layer:
    """One depth of a scene.

    Attributes:
        png: its stored file, as it is.
        width_px: width of the picture.
        height_px: height of the picture.
        parallax_factor: 0 stays fixed on screen, 1 scrolls with the foreground.
        offset_px: where its top left lies in the scene.
    """

    png: bytes = field(repr=False)
    width_px: int
    height_px: int
    parallax_factor: float = 1.0
    offset_px: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Scene:
    """A background, or any picture that scrolls or fills the screen.

    Attributes:
        id: the manifest's id; names of files are made of it.
        name: the engine's own name.
        width_px: width of the whole.
        height_px: height of the whole.
        layers: back to front.
        loops: whether it continues at its left side where its right side ends.
    """

    id: str
    name: str
    width_px: int
    height_px: int
    layers: tuple[Layer, ...]
    loops: bool

    @property
    def files(self) -> tuple[str, ...]:
        """The name of each layer's file, such as ``hills_0.png``."""
        return tuple(f"{self.id}_{number}.png" for number in range(len(self.layers)))

    @property
    def layer_names(self) -> tuple[str, ...]:
        """What the engine calls each layer."""
        return tuple(f"{self.name}_{number}" for number in range(len(self.layers)))

    def description(self) -> dict[str, Any]:
        """Return the scene as plain JSON values, for engines without a format of their own for it."""
        return {
            "width_px": self.width_px,
            "height_px": self.height_px,
            "loops": self.loops,
            "layers": [
                {
                    "name": name,
                    "file": file,
                    "parallax_factor": layer.parallax_factor,
                    "offset_px": list(layer.offset_px),
                    "width_px": layer.width_px,
                    "height_px": layer.height_px,
                }
                for name, file, layer in zip(self.layer_names, self.files, self.layers, strict=True)
            ],
        }
