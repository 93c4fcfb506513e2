"""RunPod Serverless: own endpoints (Flux, SDXL, background removal) and the public endpoints that are paid by the picture.

Belongs here: RunPod's queue (``EndpointQueue``, which worker-comfyui uses too), its models, bodies, output shapes and prices.
Does not belong here: when to ask again, how long to wait and what may be spent (``jobs``), nor ComfyUI's graphs (``comfyui``).
"""
