"""Sprites packed into few large pictures, with a table of where each frame went.

Belongs here: what goes in (``sprite``: sprites; ``scene``: what is too large or scrolls, and stays a picture of its own;
``of_spec``: what a game's specs come to), how it is laid out (``layout``, ``packing``, ``tiles``, ``pages``, ``painting``), what
cannot be (``checking``), what comes out (``table``), and all of it in one call (``atlas``).

Does not belong here: how an engine wants the table written (``engines``), or how a sprite is made.
"""
