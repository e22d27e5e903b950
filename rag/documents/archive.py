"""Word and Excel files are zip archives: refused here before anything of them is unpacked."""

from __future__ import annotations

import io
import zipfile

from rag.errors import DocumentError

MAX_UNPACKED_BYTES = 500 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_archive(data: bytes, *, must_hold: str) -> None:
    """:raises DocumentError: encrypted, no such archive, damaged, or far larger than it looks.

    zipfile reads no more of a part than its directory entry says, so that what is declared bounds
    what is unpacked.
    """
    if data.startswith(_OLE):
        raise DocumentError(
            "encrypted, or of the format before 2007: save it again without password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise DocumentError("damaged: its archive cannot be opened; save it again") from None
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError("encrypted: save it again without password")
    if not any(part.filename == must_hold for part in parts):
        raise DocumentError(f"not of its kind: {must_hold} is not in it; save it again")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    bomb = unpacked > 10_000_000 and unpacked > MAX_RATIO * max(packed, 1)
    if unpacked > MAX_UNPACKED_BYTES or bomb or len(parts) > MAX_PARTS or packed > len(data):
        raise DocumentError(
            "unpacks to far more than a document holds: save it again without pictures"
        )
