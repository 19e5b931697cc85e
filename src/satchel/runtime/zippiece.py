"""Where the members of a zip archive lie in it, and how to unpack one from the bytes found there."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 18
# A member begins with a header of this length, whose last two numbers say how much name and extra data follow it.
_HEADER = struct.Struct("<26xHH")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The bytes of an archive that hold one member, its header included; `packed` is the length without the header."""

    first: int
    length: int
    packed: int
    stored: bool


def pieces(archive: zipfile.ZipFile) -> dict[str, Piece]:
    """The piece of each member. A piece ends where the next one begins, the last with the archive's own list."""
    members = sorted(archive.infolist(), key=lambda info: info.header_offset)
    ends = [info.header_offset for info in members[1:]] + [archive.start_dir]
    return {
        info.filename: Piece(
            first=info.header_offset,
            length=end - info.header_offset,
            packed=info.compress_size,
            stored=info.compress_type == zipfile.ZIP_STORED,
        )
        for info, end in zip(members, ends, strict=True)
    }


def unpack(path: Path, piece: Piece, target: Path) -> None:
    """Write the member that the file at `path` holds. Raises `zipfile.BadZipFile` or `zlib.error` if it holds none."""
    inflate = None if piece.stored else zlib.decompressobj(-zlib.MAX_WBITS)
    with path.open("rb") as source, target.open("wb") as sink:
        header = source.read(_HEADER.size)
        if len(header) < _HEADER.size or not header.startswith(b"PK\3\4"):
            raise zipfile.BadZipFile(f"{target.name} does not lie where the archive says")
        source.seek(sum(_HEADER.unpack(header)), 1)
        left = piece.packed
        while left and (chunk := source.read(min(_CHUNK, left))):
            left -= len(chunk)
            sink.write(inflate.decompress(chunk) if inflate else chunk)
