"""Arrays and images in, the same out.

What belongs here: pure functions on pixels. Decoding and encoding, alpha, colour, drawing guides, cutting a
subject out of its background, splitting a scene into layers, a sheet into cells and back, and bringing
pictures to their final size. They need numpy, Pillow and OpenCV, know nothing of games, providers, stores or
Dagster, keep no state, read no file and no environment, and never change the array they are given. The same
input gives the same output, on every thread.

What does not: judging whether a picture is good (``gates``), inventing one (``providers``), packing those
of several sprites (``export``).

Conventions, unless a docstring says otherwise:

* A picture is ``rgba``: uint8 ``(height, width, 4)``, sRGB, **straight** alpha. PNG stores the same.
* Premultiplied alpha (``rgba_premul``) and linear light are float32 in ``[0, 1]`` and stay inside a resample
  or a blend.
* Wrong arrays and wrong bytes raise :class:`~asset_pipeline.errors.ImageError`.
"""
