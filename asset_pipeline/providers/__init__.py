"""Who draws: the typed operations and the providers that carry them out.

Belongs here: one package a provider (``local`` is embedded; the remote ones speak HTTP), and ``operations``, the requests
and results they share. Does not belong here: what a sprite is (``manifest``), which provider a step uses (``defs``),
pixels that no provider touches (``imaging``).
"""
