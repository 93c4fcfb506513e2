"""Scenes in layers, for parallax scrolling.

========================  ==================================================================================
A scene into layers       :mod:`.decompose`, along :mod:`.ridges`, with :mod:`.mattes`
Layers into a layer set   :mod:`.assemble`: :mod:`.placing` on one canvas, without :mod:`.doubles`, :mod:`.sorting`
                          out what is no layer and putting the rest in order, continued :mod:`.behind` what is
                          nearer, with the :mod:`.detail` of the scene, :mod:`.looping`
Layers drawn one by one   :mod:`.stacked`: stood on the ground, :mod:`.looping`
What comes out            :mod:`.layer_set`
What several share        :mod:`.blending`, :mod:`.inpaint`
========================  ==================================================================================

What does not belong here: measuring layers that are what they are (``imaging.measure``), what a game reads
and people look at (``export.parallax``).
"""
