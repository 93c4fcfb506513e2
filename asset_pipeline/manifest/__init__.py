"""A game's YAML becomes frozen models; every mistake of a file is told at once.

Belongs here: what a manifest may say (``game``, ``sprites``, ``composites``, ``generation``, ``adapters``, ``finish``,
``palettes``, ``choices``, ``shapes``, ``schedule``), reading it with lines (``document``, ``pictures``, ``load``), telling
mistakes (``mistakes``, ``report``), the JSON Schema for editors (``schema``), and what one sprite comes to in one
pack (``resolve``, ``spec``, ``prompts``). Pure but for reading the YAML files, and the pictures and palettes they name.

Does not belong here: Dagster, providers, pixels, or how a sprite is made.
"""
