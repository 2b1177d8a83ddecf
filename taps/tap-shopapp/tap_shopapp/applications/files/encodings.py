"""The encoding of a text file of which nobody said what it is."""

from __future__ import annotations

from codecs import getincrementaldecoder
from typing import IO

from tap_shopapp.applications.files.extras import extra
from tap_shopapp.errors import TapError

_PIECE = 1 << 20
# Enough to tell by, and no more than is looked at in a moment.
_STEPS, _STEP = 32, 512
# What spreadsheets save text in, the world over: between others, a short text cannot tell.
_OF_SPREADSHEETS = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("cp874", "cp932", "cp949", "gb18030", "cp950"),
]
NAME_IT = "Name its encoding in the mapping file, as encoding of the file's entry."


def encoding_of(file: IO[bytes], name: str) -> str:
    """Return the encoding of a text: UTF-8 unless something in it cannot be.

    Args:
        file: The text, at its beginning, where it is afterwards too.
        name: How to call it.

    Raises:
        TapError: If it cannot be told.
    """
    piece = file.read(_PIECE)
    encoding = "utf-8-sig" if piece.startswith(b"\xef\xbb\xbf") else "utf-8"
    if piece.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding, piece = "utf-16", b""
    # Piece by piece, since one may end inside a character.
    decoder = getincrementaldecoder("utf-8")()
    lines = of_utf8 = 0
    while piece:
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            line = lines + piece[: error.start].count(b"\n") + 1
            encoding = _other(piece, error.start, of_utf8, f"{name}, line {line},")
            break
        of_utf8 += len(_beyond_ascii(piece))
        lines += piece.count(b"\n")
        piece = file.read(_PIECE)
    file.seek(0)
    return encoding


def _other(piece: bytes, place: int, of_utf8: int, where: str) -> str:
    """Return an encoding that is not UTF-8.

    Args:
        piece: A piece of text in it.
        place: Where in it the first byte is that cannot be UTF-8.
        of_utf8: How many lines before it can, and are not just ASCII.
        where: Where the byte is, in words.
    """
    lines = _beyond_ascii(piece)
    broken = [line for line in lines if not _is_utf8(line)]
    if of_utf8 + len(lines) > 2 * len(broken):
        # In any other encoding, what is right now would be wrong.
        msg = f"{where} is not UTF-8, as the file is elsewhere."
        raise TapError(msg, f"Mend it and save the file anew. Else: {NAME_IT}")
    detect = extra("charset_normalizer").from_bytes
    size = _STEPS * _STEP
    begin = piece.rfind(b"\n", 0, max(0, place - size // 2)) + 1
    sample = piece[begin : begin + size]
    if len(sample) == size and (end := sample.rfind(b"\n")) > place - begin:
        sample = sample[:end]
    found = detect(sample, steps=_STEPS, chunk_size=_STEP, cp_isolation=_OF_SPREADSHEETS)
    if (best := found.best()) is None:
        msg = f"{where} is in an encoding that cannot be told."
        raise TapError(msg, NAME_IT)
    rank = (best.chaos, best.coherence)
    alike: list[str] = [
        match.encoding for match in found if (match.chaos, match.coherence) == rank
    ]
    # Of what looks alike, what most of the world's spreadsheets save in.
    return min(alike, key=_OF_SPREADSHEETS.index)


def _beyond_ascii(piece: bytes) -> list[bytes]:
    if piece.isascii():
        return []
    return [line for line in piece.split(b"\n") if not line.isascii()]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
