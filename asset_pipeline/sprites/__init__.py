"""From a resolved spec to a finished sprite, step by step.

Belongs here: the pure work of each step (what to ask a provider, what to do with its pictures) and what travels between steps.
Does not belong here: who runs the steps (``defs``), what a spec may say (``manifest``), the pixel maths itself (``imaging``).
"""
