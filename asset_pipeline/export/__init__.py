"""What is made of a game's finished sprites: contact sheets and the catalog a game reads.

Belongs here: pure functions from pictures and facts to files. Does not belong here: reading the store (``defs``), drawing or
mending a single sprite (``imaging``).
"""
