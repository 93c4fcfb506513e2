"""One path for every layered scene: what a provider returned, put in order, in place and on one canvas."""

from __future__ import annotations

from asset_pipeline.imaging.measure.seams import wrap_seam
from asset_pipeline.imaging.parallax.assemble import assemble
from asset_pipeline.imaging.parallax.looping import looped
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.imaging.seams import UNSEEN_SEAM
from asset_pipeline.manifest.spec import SpriteSpec
from asset_pipeline.providers.operations import Delivery


def looping_scene(spec: SpriteSpec, scene: bytes) -> bytes:
    """Return *scene* (PNG) so that it goes on sideways; the very same bytes where it does, or need not.

    Raises:
        ImageError: it cannot be decoded.
    """
    if not spec.loops:
        return scene
    rgba = decode_image(scene, what=f"the scene of {spec.game}/{spec.sprite}")
    return scene if wrap_seam(rgba) <= UNSEEN_SEAM else encode_png(looped(rgba))


def layered(spec: SpriteSpec, scene: bytes, delivery: Delivery) -> tuple[tuple[bytes, ...], str]:
    """Make a layer set of what a provider returned, whatever its order, sizes and number.

    Args:
        spec: the sprite.
        scene: the picture that was decomposed.
        delivery: what came back; ``local`` returns layers that are in order and in place already.

    Returns:
        The layers as PNG, back to front, each of the size of *scene*; and what was dropped, in words.

    Raises:
        ImageError: a picture cannot be decoded, or none of them is a layer.
    """
    if delivery.receipt.provider == "local":
        return delivery.images, ""
    name = f"{spec.game}/{spec.sprite}"
    pictures = [
        decode_image(image, what=f"picture {number} of {name}")
        for number, image in enumerate(delivery.images)
    ]
    made = assemble(decode_image(scene, what=f"the scene of {name}"), pictures, wraps=spec.loops)
    dropped = ", ".join(f"{one.given_as + 1} ({one.reason})" for one in made.dropped)
    return tuple(
        encode_png(layer.rgba) for layer in made.layers
    ), dropped and f"pictures that were no layers: {dropped}"
