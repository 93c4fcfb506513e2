"""What is made of a game's finished sprites: contact sheets, galleries, the catalog a game reads, atlases and engine files.

Belongs here: pure functions from pictures and facts to files (``game_files`` makes all that an engine loads). Does not belong
here: reading the store (``defs``), drawing or mending a single sprite (``imaging``).
"""
