"""The embedded provider: draws seeded placeholder art with numpy, OpenCV and Pillow alone.

Belongs here: everything that turns a request into a painting. ``brief`` reads the words and ``subjects``
picks a painter; ``creatures``, ``treasures``, ``goods``, ``gear``, ``nature``, ``space`` and ``platforms``
paint things as lit parts of a ``figure`` inside a ``silhouette``; ``scene`` paints looping backgrounds and
``title`` letters names. A new thing to draw is a function on a ``Kit`` and its words in the table at its
module's end.

Does not belong here: cutting out, splitting into layers and whatever else pictures of every provider need
(``imaging``); networks; what a sprite is (``manifest``).
"""

from asset_pipeline.providers.local.provider import LocalProvider

__all__ = ["LocalProvider"]
