"""How good a picture is, in numbers.

What belongs here: measurements D1 to D26, each a pure function that returns numbers and, where certain pixels
are at fault, which ones. What does not: whether a number is good enough, which is data of the room ``gates``.

========  ============================================================  ==================================
number    what                                                          where
========  ============================================================  ==================================
D1 D3 D4  coverage, aspect and fill of the canvas                       :mod:`.extent`
D10       touching the frame of the canvas                              :mod:`.extent`
D2 D8 D9  fit with a silhouette, connectivity, holes                    :mod:`.outline`
D5        colour of the guide that leaked into the sprite               :mod:`.leak`
D6 D7     semi-transparency, ghosts                                     :mod:`.translucency`
D11       halo of the removed background                                :mod:`.halo`
D12       colour hidden under transparent pixels along the edge         :mod:`.bleed`
D13       a checkerboard that was drawn for transparency                :mod:`.checkerboard`
D14       blank pictures                                                :mod:`.blank`
D15 D16   pixel grid, colours and palette                               :mod:`.grid`, :mod:`.colours`
D17 D18   seams of loops and tiles                                      :mod:`.seams`
D19-D22   layers: recomposition, order, empty ones, canvas              :mod:`.stacking`, :mod:`.layers`
D23       states of a user interface that do not match                  :mod:`.outline`
D24       near-duplicates in a set                                      :mod:`.duplicates`
D25       variants that cannot be told apart, contradicted hue          :mod:`.hues`
D26       facts that were declared and are not so                       :mod:`.facts`
========  ============================================================  ==================================

A measurement that has nothing to look at (no edge, no background) is ``None``, never 0.

What several of them need is computed once, when it is first asked for: :class:`.maps.Maps`. "Solid" below
means more than half covered, "visible" more than 2 %.
"""
