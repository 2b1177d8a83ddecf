"""Detects the encoding of a text file."""

from __future__ import annotations

from codecs import getincrementaldecoder
from typing import IO

from tap_shopapp.applications.files.extras import extra
from tap_shopapp.errors import TapError

UTF_8_WITH_MARK = "utf-8-sig"
_PIECE = 1 << 20
_NEW_LINE = b"\n"
# A sample that is large enough to detect an encoding and small enough to be fast.
_STEPS, _STEP = 32, 512
# Encodings of spreadsheet programs. A short text cannot distinguish more candidates.
_OF_SPREADSHEETS = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("cp874", "cp932", "cp949", "gb18030", "cp950"),
]
# Byte order marks; a mark of UTF-32 begins with a mark of UTF-16.
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": UTF_8_WITH_MARK,
}
NAME_IT = "Set the file's encoding in its entry of the mapping file."


def marked_encoding(file: IO[bytes]) -> str | None:
    """Return the encoding of a text that begins with a byte order mark, and rewind the file."""
    begin = file.read(max(map(len, _MARKS)))
    file.seek(0)
    return next((name for mark, name in _MARKS.items() if begin.startswith(mark)), None)


def encoding_of(file: IO[bytes], name: str, expected: str | None) -> str:
    """Return the encoding of a text: UTF-8 unless it contains invalid UTF-8.

    Args:
        file: The text. It is read from the beginning, and rewound afterwards.
        name: The name of the file in errors.
        expected: The encoding in the mapping; a byte order mark overrides it.

    Raises:
        TapError: The encoding cannot be detected.
    """
    marked = marked_encoding(file)
    if marked != UTF_8_WITH_MARK and (marked or expected):
        return marked or str(expected)
    # Incremental, since a piece may end inside a character.
    decoder = getincrementaldecoder("utf-8")()
    encoding = marked or "utf-8"
    lines = of_utf8 = 0
    while piece := file.read(_PIECE):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            where = f"{name}, line {lines + piece[: error.start].count(_NEW_LINE) + 1},"
            if marked:
                msg = f"{where} is not UTF-8, but the file begins with the mark of UTF-8."
                raise TapError(msg, "Correct the line and save the file again.") from None
            encoding = _other(piece, error.start, of_utf8, where)
            break
        of_utf8 += len(_beyond_ascii(piece))
        lines += piece.count(_NEW_LINE)
    file.seek(0)
    return encoding


def _other(piece: bytes, place: int, of_utf8: int, where: str) -> str:
    """Return an encoding that is not UTF-8.

    Args:
        piece: A piece of the text.
        place: Position of the first byte in the piece that is not valid UTF-8.
        of_utf8: Number of earlier lines that are valid UTF-8 but not ASCII.
        where: Place of the byte, for errors.
    """
    lines = _beyond_ascii(piece)
    broken = [line for line in lines if not _is_utf8(line)]
    if of_utf8 + len(lines) > 2 * len(broken):
        # Most lines are valid UTF-8 and would be wrong in any other encoding.
        msg = f"{where} is not UTF-8, but most of the file is."
        raise TapError(
            msg,
            "Correct the line and save the file again, or set the file's encoding in its entry"
            " of the mapping file.",
        )
    detect = extra("charset_normalizer").from_bytes
    size = _STEPS * _STEP
    begin = piece.rfind(b"\n", 0, max(0, place - size // 2)) + 1
    sample = piece[begin : begin + size]
    if len(sample) == size and (end := sample.rfind(b"\n")) > place - begin:
        sample = sample[:end]
    found = detect(sample, steps=_STEPS, chunk_size=_STEP, cp_isolation=_OF_SPREADSHEETS)
    if (best := found.best()) is None:
        msg = f"{where} is in an encoding that cannot be detected."
        raise TapError(msg, NAME_IT)
    rank = (best.chaos, best.coherence)
    alike: list[str] = [
        match.encoding for match in found if (match.chaos, match.coherence) == rank
    ]
    # Of equally likely encodings, the most common one.
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
