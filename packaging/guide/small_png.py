"""A screenshot as a small PNG: few colours, by their number. What a browser writes is three times as large."""
import struct
import zlib

HEAD = b"\x89PNG\r\n\x1a\n"


def chunks(raw):
    at = len(HEAD)
    while at < len(raw):
        size, = struct.unpack(">I", raw[at:at + 4])
        yield raw[at + 4:at + 8], raw[at + 8:at + 8 + size]
        at += 12 + size


def lines_of(raw):
    """Width, and the rows of red, green and blue of a PNG that has those, perhaps with an alpha, at 8 bits."""
    parts = list(chunks(raw))
    width, _, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    if depth != 8 or kind not in (2, 6) or interlaced:
        raise ValueError("no plain picture")
    size = 3 if kind == 2 else 4
    data = zlib.decompress(b"".join(part for name, part in parts if name == b"IDAT"))
    before, rows = bytearray(width * size), []
    for at in range(0, len(data), width * size + 1):
        row = unfiltered(data[at], bytearray(data[at + 1:at + 1 + width * size]), before, size)
        before = row
        rows.append([tuple(row[pixel:pixel + 3]) for pixel in range(0, len(row), size)])
    return width, rows


def unfiltered(kind, row, above, size):
    for at, value in enumerate(row):
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        if kind == 1:
            row[at] = value + left & 255
        elif kind == 2:
            row[at] = value + above[at] & 255
        elif kind == 3:
            row[at] = value + (left + above[at]) // 2 & 255
        elif kind == 4:
            guess = left + above[at] - corner
            row[at] = value + min((left, above[at], corner), key=lambda one: abs(guess - one)) & 255
    return row


def coarse(colour, step):
    """The nearest of fewer colours. White and what is nearly white stay as they are: they are the paper."""
    return colour if min(colour) >= 240 else tuple(min(255, (part + step // 2) // step * step) for part in colour)


def small(raw):
    """The same picture in at most 256 colours."""
    width, rows = lines_of(raw)
    for step in (8, 16, 24, 32, 48):
        known = {}
        packed = bytearray()
        for row in rows:
            packed.append(0)
            packed += bytes(known.setdefault(coarse(pixel, step), len(known) & 255) for pixel in row)
        if len(known) <= 256:
            break
    else:
        raise ValueError("too many colours")
    out = HEAD
    for name, part in ((b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, 3, 0, 0, 0)),
                       (b"PLTE", b"".join(map(bytes, known))), (b"IDAT", zlib.compress(bytes(packed), 9)), (b"IEND", b"")):
        out += struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
    return out
