"""ComfyUI: one's own server, one behind a proxy, or ``worker-comfyui`` on RunPod Serverless, through one adapter.

Belongs here: workflow templates and how they are filled and checked, the server's routes, the worker's bodies.
Does not belong here: when to ask again, how long to wait and what may be spent (``jobs``), nor RunPod's queue (``runpod``).
"""

from asset_pipeline.providers.comfyui.config import ComfyConfig
from asset_pipeline.providers.comfyui.open import open_comfyui
from asset_pipeline.providers.comfyui.provider import ComfyUI
from asset_pipeline.providers.comfyui.sprite import sprite_request

__all__ = ["ComfyConfig", "ComfyUI", "open_comfyui", "sprite_request"]
