"""Product pictures, drawn here: a few rounded boxes on a pale ground, as PNG.

Telegram shows no SVG in previews, so a store that wants pictures there serves bitmaps.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot

SIZE = 160  # pixels, square


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded box in percent of the picture. ``shade``: 1 the product's own colour, 0 white."""

    left: float
    top: float
    width: float
    height: float
    radius: float
    shade: float

    def cover(self, x: float, y: float) -> float:
        """How much of the pixel at (x, y) it covers: 0 to 1, smooth at its edge."""
        half_width, half_height = self.width / 2, self.height / 2
        dx = max(abs(x - self.left - half_width) - half_width + self.radius, 0)
        dy = max(abs(y - self.top - half_height) - half_height + self.radius, 0)
        outside = (hypot(dx, dy) - self.radius) * SIZE / 100
        return min(max(0.5 - outside, 0), 1)


_PHONE = (Box(30, 12, 40, 76, 9, 1), Box(36, 18, 14, 14, 5, 0.35), Box(39, 21, 8, 8, 4, 1.4))
SHAPES: Mapping[str, Sequence[Box]] = {
    "case": _PHONE,
    "glass": (Box(31, 12, 38, 76, 6, 1), Box(34, 15, 32, 70, 4, 0.25), Box(45, 18, 10, 3, 1.5, 1)),
    "cable": (
        *(Box(16, 24, 68, 8, 4, 1), Box(76, 24, 8, 32, 4, 1), Box(22, 48, 62, 8, 4, 1)),
        *(Box(22, 48, 8, 30, 4, 1), Box(22, 70, 40, 8, 4, 1), Box(58, 66, 24, 16, 4, 1.4)),
    ),
    "charger": (Box(37, 10, 6, 22, 2, 1.4), Box(57, 10, 6, 22, 2, 1.4), Box(26, 26, 48, 60, 10, 1)),
    "battery": (
        *(Box(22, 20, 56, 64, 9, 1), Box(30, 68, 9, 6, 2, 0), Box(42, 68, 9, 6, 2, 0)),
        *(Box(54, 68, 9, 6, 2, 0.5), Box(30, 28, 26, 5, 2, 0.5)),
    ),
    "holder": (Box(44, 30, 12, 48, 4, 1.4), Box(24, 76, 52, 10, 5, 1), Box(24, 16, 52, 30, 7, 1)),
    "earphones": (
        *(Box(22, 20, 22, 24, 11, 1), Box(30, 30, 9, 50, 4, 1)),
        *(Box(56, 20, 22, 24, 11, 1), Box(61, 30, 9, 50, 4, 1)),
    ),
    "mug": (Box(56, 34, 30, 36, 14, 1.2), Box(63, 41, 16, 22, 8, 0.12), Box(18, 24, 52, 60, 8, 1)),
    "socks": (
        *(Box(34, 12, 28, 52, 5, 1), Box(34, 50, 46, 32, 15, 1), Box(34, 18, 28, 7, 0, 0.3)),
        Box(34, 30, 28, 4, 0, 0.3),
    ),
    "candle": (
        Box(48, 10, 5, 18, 2.5, 1.4),
        Box(44, 8, 13, 14, 6.5, 0.6),
        Box(30, 30, 40, 56, 6, 1),
    ),
    "notebook": (Box(24, 12, 54, 76, 5, 1), Box(24, 12, 9, 76, 3, 1.4), Box(42, 28, 26, 5, 2, 0)),
    "box": (
        *(Box(20, 36, 60, 50, 4, 1), Box(15, 26, 70, 16, 4, 1.2), Box(45, 26, 10, 60, 0, 0.3)),
        *(Box(33, 12, 16, 15, 7, 0.6), Box(51, 12, 16, 15, 7, 0.6)),
    ),
    "card": (Box(14, 24, 72, 52, 4, 1), Box(62, 31, 16, 18, 2, 0.2), Box(22, 56, 34, 4, 2, 0.2)),
    "fabric": (
        *(Box(12, 18, 76, 64, 3, 1), Box(12, 26, 76, 3, 0, 0.7), Box(12, 40, 76, 3, 0, 0.7)),
        *(Box(12, 54, 76, 3, 0, 0.7), Box(12, 68, 76, 3, 0, 0.7), Box(8, 14, 14, 72, 7, 1.3)),
    ),
}


@lru_cache(maxsize=100)
def picture(shape: str, colour: str) -> bytes:
    """The PNG of a product: a shape of ``SHAPES`` in a colour ("#3366cc")."""
    own = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    ground = _shaded(own, 0.12)
    boxes = [(box, _shaded(own, box.shade)) for box in SHAPES[shape]]
    rows = bytearray()
    for row in range(SIZE):
        rows.append(0)  # every row begins with its filter: none
        for column in range(SIZE):
            rows += bytes(_pixel(boxes, ground, column, row))
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)  # 8 bits of red, green and blue
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _pixel(
    boxes: Sequence[tuple[Box, Sequence[int]]], ground: Sequence[int], column: int, row: int
) -> list[int]:
    x, y = (column + 0.5) * 100 / SIZE, (row + 0.5) * 100 / SIZE
    seen = list(ground)
    for box, colour in boxes:
        if cover := box.cover(x, y):
            seen = [
                round(under + (over - under) * cover)
                for under, over in zip(seen, colour, strict=True)
            ]
    return seen


def _shaded(colour: Sequence[int], shade: float) -> list[int]:
    """Towards white below 1, towards black above it."""
    if shade <= 1:
        return [round(255 + (part - 255) * shade) for part in colour]
    return [round(part * (2 - shade)) for part in colour]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
