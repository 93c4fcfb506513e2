"""Where pictures live: one small protocol, a folder, and an S3-compatible bucket.

``open_store`` turns a URL into a store; ``publish`` puts a finished picture into one.

Belongs here: object keys, the stores, opening one from its URL. Does not belong here: what is stored
(``defs`` decides), thumbnails and pixels (``imaging``).
"""
