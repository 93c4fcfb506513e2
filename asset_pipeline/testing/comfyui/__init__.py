"""ComfyUI on loopback: a server as the contract says real ones behave, and its worker for RunPod's double."""

from asset_pipeline.testing.comfyui.double import ComfyDouble
from asset_pipeline.testing.comfyui.worker import worker_handler

__all__ = ["ComfyDouble", "worker_handler"]
