"""The gallery of a game: pages that people open from a folder or a bucket, with no server behind them.

Belongs here: what the page shows and how (``gallery_files`` makes all of it), and which pictures it remembers from before.
Does not belong here: deciding about pictures (``reviews``), reading the store (``defs``).
"""
