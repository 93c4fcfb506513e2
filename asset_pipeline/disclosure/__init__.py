"""What a store for games asks about AI, answered from the pictures that are there.

Belongs here: reading how each picture was made, and the sentences and tags that follow. Does not belong here: what a licence
allows (``providers.licences``, ``jobs.licensing``), or what a manifest would have made today.
"""
