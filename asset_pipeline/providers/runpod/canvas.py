"""The pictures of a request on their way into a body: fitted to a size the model takes, and encoded as its worker reads them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import TypeAlias

from asset_pipeline.errors import ImageError, ProviderRejected
from asset_pipeline.imaging.png import decode_image, encode_png
from asset_pipeline.providers.fitting import Fit, fit, pad_to
from asset_pipeline.providers.operations import ImageToImage, Request, TextToImage
from asset_pipeline.providers.runpod.catalogue import Choice
from asset_pipeline.providers.runpod.config import Encoding
from asset_pipeline.providers.runpod.wiring import pictures_of

Publish: TypeAlias = Callable[[bytes], str]
"""Puts a PNG where a worker can read it for as long as a job may take, and returns its URL."""

_PNG = b"\x89PNG\r\n\x1a\n"


def asked_size(choice: Choice, request: Request) -> Fit | None:
    """Say how large a picture to ask for; ``None`` where the operation keeps its picture's size."""
    if isinstance(request, TextToImage | ImageToImage):
        return fit(choice.model.card.sizes, request.width_px, request.height_px)
    return None


def encoded_pictures(
    choice: Choice, request: Request, asked: Fit | None, publish: Publish | None
) -> Sequence[str]:
    """Fit and encode what goes into the body, the guide first.

    Raises:
        ProviderRejected: a picture of the request cannot be read, or cannot be given by URL.
    """
    if not choice.wiring.image:
        return ()
    try:
        files = [
            _png(data, asked if number == 0 else None) for number, data in enumerate(pictures_of(request))
        ]
    except ImageError as error:
        raise ProviderRejected("runpod", f"{request.operation}: {error}") from error
    return [_encoded(png, choice.wiring.encoding, publish) for png in files]


def _png(data: bytes, asked: Fit | None) -> bytes:
    """Return PNG that certainly can be read, of the size that is asked for where one is."""
    if asked is not None:
        return pad_to(data, asked, what="the guide")
    rgba = decode_image(data, what="the picture")
    return data if data.startswith(_PNG) else encode_png(rgba)


def _encoded(png: bytes, encoding: Encoding, publish: Publish | None) -> str:
    if encoding == "url":
        if publish is None:
            raise ProviderRejected(
                "runpod", "this worker reads pictures by URL only, and there is no store to publish them in"
            )
        return publish(png)
    text = base64.b64encode(png).decode("ascii")
    return f"data:image/png;base64,{text}" if encoding == "data_uri" else text
