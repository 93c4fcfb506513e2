"""Sheets: many pictures of one size in one, as a model draws them and as a game reads them.

===========================  ===============================================================================
A sheet and its cells        :mod:`.slicing`: exact rectangles, both ways; each cell cut out on its own
Frames of one thing          :mod:`.aligning`: one scale, one pivot, one palette; how much it jumps
Tiles that repeat            :mod:`.tiling`: seams measured and repaired, beside themselves and each other
Autotile sets                :mod:`.blob`: 16 and 47 tiles from five; :mod:`.terrain`: those five from two
Variations                   :mod:`.variants`: told apart by measured hue, recoloured where too close
===========================  ===============================================================================

Where cells lie is said by :class:`~asset_pipeline.imaging.guide_layouts.Grid`, for the guide, the drawing and the finished
file alike. What does not belong here: pictures of several sprites (``export.atlas``), animations that move
(``export.animations``).
"""
