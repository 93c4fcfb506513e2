"""How large the cells of a sheet come out where a model draws them all in one picture."""

from __future__ import annotations

from asset_pipeline.manifest.generation import MAX_SCENE_PX, THIN_SIZE_PX

# Of a cell's shorter side: of smaller things the soft edge is so much that the gates refuse them.
LEAST_DRAWN_PX, LEAST_TEXTURE_PX = 64, 32


def drawn_px(cell_px: tuple[int, int], whole_px: tuple[int, int]) -> float:
    """Return how many pixels the shorter side of a cell has, where the whole is drawn as large as models draw it well.

    Args:
        cell_px: width and height of a finished cell.
        whole_px: width and height of all that is drawn, in the same pixels.

    >>> drawn_px((24, 96), (48, 768)), drawn_px((24, 96), (192, 192))
    (32.0, 128.0)
    """
    longest = max(whole_px)
    return min(cell_px) * min(max(longest, THIN_SIZE_PX), MAX_SCENE_PX) / longest


def most_square(count: int, cell_width_px: int, cell_height_px: int) -> tuple[int, int]:
    """Return width and height of *count* cells in rows and columns whose longer side is as short as can be.

    >>> most_square(16, 24, 96), most_square(5, 16, 16)
    ((192, 192), (48, 32))
    """
    ways = ((across * cell_width_px, -(-count // across) * cell_height_px) for across in range(count, 0, -1))
    return min(ways, key=lambda size_px: (max(size_px), size_px[0] * size_px[1]))
