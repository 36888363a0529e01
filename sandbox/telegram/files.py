"""Files as Telegram keeps them: identifiers, sizes of pictures, limits.

https://core.telegram.org/bots/api#sending-files
"""

from __future__ import annotations

import mimetypes
import struct
from collections.abc import Iterator

from sandbox.telegram.errors import bad_request
from sandbox.telegram.model import Json, StoredFile

MAX_DOWNLOAD_BYTES = 20 << 20
MAX_UPLOAD_BYTES = 50 << 20
MAX_PHOTO_BYTES = 10 << 20
MAX_PHOTO_SIDES = 10_000  # width + height
MAX_PHOTO_RATIO = 20


class FileStore:
    """All files anybody has sent."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}

    def add(self, name: str, data: bytes, *, as_photo: bool, mime: str = "") -> StoredFile:
        """Keep a file.

        Raises:
            ApiError: empty, too big, or not a picture that Telegram takes.
        """
        if not data:
            raise bad_request("file must be non-empty")
        if len(data) > (MAX_PHOTO_BYTES if as_photo else MAX_UPLOAD_BYTES):
            raise bad_request("file is too big")
        width, height = _checked_size(data) if as_photo else (0, 0)
        number = len(self._by_id) + 1
        folder = "photos" if as_photo else "documents"
        extension = name.rpartition(".")[2] if "." in name else "bin"
        stored = StoredFile(
            file_id=f"SANDBOX{folder[0].upper()}file{number:06d}",
            unique_id=f"SBX{number:06d}",
            path=f"{folder}/file_{number}.{extension}",
            name=name,
            mime=mimetypes.guess_type(name)[0] or mime or "application/octet-stream",
            data=data,
            width=width,
            height=height,
        )
        self._by_id[stored.file_id] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """A file by the identifier the bot was given."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """A file by the path getFile told."""
        return next((file for file in self._by_id.values() if file.path == path), None)


def file_json(file: StoredFile) -> Json:
    """The fields a PhotoSize and a Document have in common."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
    }


def _checked_size(data: bytes) -> tuple[int, int]:
    size = picture_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = size
    short, long = sorted(size)
    if width + height > MAX_PHOTO_SIDES or short == 0 or long > short * MAX_PHOTO_RATIO:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return next(_jpeg_sizes(data), None)
    return None


def _jpeg_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Sizes in the frame headers (SOF0 to SOF15, without DHT, JPG and DAC)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            yield width, height
        at += 2 + length
