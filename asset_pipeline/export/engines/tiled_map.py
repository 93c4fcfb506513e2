"""A scene as a Tiled map of image layers, which scroll by their parallax factors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asset_pipeline.export.atlas.scene import Scene

VERSIONS = {"version": "1.10", "tiledversion": "1.11.0"}


def scene_map(scene: Scene) -> dict[str, Any]:
    """Describe a map of one tile, as large as the scene, with an image layer for each of its layers."""
    layers = list(_image_layers(scene))
    return {
        "type": "map",
        **VERSIONS,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "infinite": False,
        "width": 1,
        "height": 1,
        "tilewidth": scene.width_px,
        "tileheight": scene.height_px,
        "nextlayerid": len(layers) + 1,
        "nextobjectid": 1,
        "tilesets": [],
        "layers": layers,
    }


def _image_layers(scene: Scene) -> Iterator[dict[str, Any]]:
    for number, (name, file, layer) in enumerate(
        zip(scene.layer_names, scene.files, scene.layers, strict=True)
    ):
        yield {
            "id": number + 1,
            "name": name,
            "type": "imagelayer",
            "image": f"../{file}",
            "imagewidth": layer.width_px,
            "imageheight": layer.height_px,
            "x": 0,
            "y": 0,
            "offsetx": layer.offset_px[0],
            "offsety": layer.offset_px[1],
            "parallaxx": layer.parallax_factor,
            "parallaxy": layer.parallax_factor,
            "repeatx": scene.loops,
            "opacity": 1,
            "visible": True,
        }
