"""``worker-comfyui`` for RunPod's double: the handler that stands before a ComfyUI of its own."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from asset_pipeline.testing.comfyui.double import ComfyDouble
from asset_pipeline.testing.comfyui.files import Place
from asset_pipeline.testing.comfyui.validation import Ruling
from asset_pipeline.testing.double import content_sha256
from asset_pipeline.testing.runpod_workers import WorkerError


def worker_handler(double: ComfyDouble) -> Callable[[Mapping[str, Any]], Any]:
    """Return a handler for an endpoint of ``RunPodDouble``, in the words of version 5.8.5.

    The endpoint keeps queue, faults and invoice; *double* only validates and draws, and need not be running.
    """

    def handle(asked: Mapping[str, Any]) -> Any:  # noqa: ANN401  # any JSON
        graph, images = asked.get("workflow"), asked.get("images", [])
        if graph is None:
            raise WorkerError("Missing 'workflow' parameter")
        if any(not {"name", "image"} <= image.keys() for image in images):
            raise WorkerError("'images' must be a list of objects with 'name' and 'image' keys")
        for image in images:
            _put(double, image["name"], image["image"])
        ruling = double.judge(graph)
        if ruling.error:
            raise WorkerError(_validation(ruling))
        return _answer(double, graph, ruling)

    return handle


def _put(double: ComfyDouble, name: str, text: str) -> None:
    """Store an input picture, always in place of one of that name."""
    try:
        data = base64.b64decode(text.rpartition(",")[2], validate=True)
    except ValueError as error:
        raise WorkerError("Failed to upload one or more input images") from error
    double.folders.store(Place("input", "", name), data, overwrite=True)
    double.contents[name] = content_sha256(data)


def _answer(double: ComfyDouble, graph: Mapping[str, Any], ruling: Ruling) -> dict[str, Any]:
    """Return what saved nodes wrote, without folders or nodes; a dropped branch is not mentioned at all."""
    outputs = double.run(graph, ruling.outputs)
    entries = [entry for output in outputs.values() for entry in output["images"] if entry["type"] != "temp"]
    if not entries:
        return {"status": "success_no_images", "images": []}
    return {"images": [_image(double, entry) for entry in entries]}


def _image(double: ComfyDouble, entry: Mapping[str, str]) -> dict[str, str]:
    data = double.folders.read(Place(entry["type"], entry["subfolder"], entry["filename"])) or b""
    return {"filename": entry["filename"], "type": "base64", "data": base64.b64encode(data).decode("ascii")}


def _validation(ruling: Ruling) -> str:
    if not ruling.node_errors:
        return f'{ruling.error["message"]}. Raw response: {{"error": {ruling.error}}}'
    lines = [
        f"• Node {node_id} ({key}): {value}"
        for node_id, entry in ruling.node_errors.items()
        for key, value in entry.items()
    ]
    return "Workflow validation failed:\n" + "\n".join(lines)
