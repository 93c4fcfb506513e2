"""What a server's refusals say, in one line for a person."""

from __future__ import annotations

from asset_pipeline.providers.http import Answer
from asset_pipeline.providers.remote import Json

_REMEDIES = {
    401: "the proxy in front of ComfyUI wants credentials; set the token or a header",
    403: "the proxy in front of ComfyUI refuses our credentials, or the server our address",
    404: "there is no ComfyUI at this URL, or it is still starting",
    405: "this is no ComfyUI; check the URL",
    413: "the picture is too large for the server; shrink it, or start it with a larger --max-upload-size",
}
_MOST = 6


def explain(answer: Answer) -> str:
    """Say why the server refused: its own words, node by node, and what to do where the status tells."""
    said = _said(answer.body) if isinstance(answer.body, dict) else ""
    return "; ".join(filter(None, (said, _REMEDIES.get(answer.status, "")))) or answer.text


def node_errors(errors: Json) -> list[str]:
    """List what is wrong with the nodes of a graph, one sentence each."""
    if not isinstance(errors, dict):
        return []
    return [
        _sentence(node_id, node.get("class_type"), error)
        for node_id, node in errors.items()
        if isinstance(node, dict)
        for error in node.get("errors") or ()
        if isinstance(error, dict)
    ]


def _said(body: Json) -> str:
    error = body.get("error")
    if not isinstance(error, dict):
        return str(error or "")
    main = " ".join(str(error[key]) for key in ("message", "details") if error.get(key))
    nodes = node_errors(body.get("node_errors"))
    more = [f"and {len(nodes) - _MOST} more"] if len(nodes) > _MOST else []
    return "; ".join(filter(None, (main, *nodes[:_MOST], *more)))


def _sentence(node_id: str, class_type: Json, error: Json) -> str:
    said = " ".join(str(error[key]) for key in ("message", "details") if error.get(key))
    return f"node {node_id} ({class_type}): {said or error.get('type')}"
