"""An atlas in the words of each engine and editor.

Belongs here: one module a format, each a pure function from an atlas and scenes to the texts of files by name, and all of
them together (``files``). Does not belong here: pixels, or where they lie (``atlas``).

Names are relative to one folder: the pages (``atlas_0.png``) and the layers of scenes lie in it, each engine's files in a
folder of its own below, with relative links; only Unity's ``.meta`` files must lie beside their pictures.
"""
