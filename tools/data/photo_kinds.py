"""What a file is, by its first bytes: the pictures that are read here, and names for the others."""

import re
from dataclasses import dataclass

HEAD = 64  # bytes that kind_of wants to see

# As Pillow calls them
READ = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "AVIF", "HEIF", "TGA"]
JPEG, PNG, WEBP, GIF, BMP, TIFF, PNM, JP2, AVIF, HEIF, TGA = READ


@dataclass(frozen=True)
class Kind:
    """name: Pillow's for what is read here, else words for a message. picture: one it is meant as.

    advice: what a person can do with a picture that is not read.
    """

    name: str
    picture: bool = False
    advice: str = ""

    @property
    def read(self) -> bool:
        """Whether it is decoded here."""
        return self.name in READ

    def sentence(self) -> str:
        """What a file of this kind is, for one that is not read."""
        if not self.picture:
            return f"it is no picture but {self.name}"
        return f"it is {self.name}, which is not read here; {self.advice}"


_DEVELOP = "develop it to JPEG first"
_EXPORT = "export it as JPEG or PNG"
RAW = Kind("a camera's raw picture (DNG, CR2, NEF, ARW …)", True, _DEVELOP)

# (place, bytes, kind); the first that fits counts.
_SIGNS: list[tuple[int, bytes, Kind]] = [
    (0, b"\xff\xd8\xff", Kind(JPEG, True)),
    (0, b"\x89PNG\r\n\x1a\n", Kind(PNG, True)),
    (0, b"GIF87a", Kind(GIF, True)),
    (0, b"GIF89a", Kind(GIF, True)),
    (8, b"WEBPVP8", Kind(WEBP, True)),
    (8, b"CR\x02\0", RAW),
    (0, b"IIRO", RAW),
    (0, b"IIRS", RAW),
    (0, b"MMOR", RAW),
    (0, b"IIU\0", RAW),
    (0, b"FUJIFILMCCD-RAW", RAW),
    (0, b"FOVb", RAW),
    (0, b"\0MRM", RAW),
    (0, b"II*\0", Kind(TIFF, True)),
    (0, b"MM\0*", Kind(TIFF, True)),
    (0, b"II+\0", Kind(TIFF, True)),
    (0, b"MM\0+", Kind(TIFF, True)),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", Kind(JP2, True)),
    (0, b"\xff\x4f\xff\x51", Kind(JP2, True)),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", Kind("a JPEG XL picture", True, _EXPORT)),
    (0, b"8BPS", Kind("a Photoshop document", True, _EXPORT)),
    (0, b"gimp xcf", Kind("a GIMP document", True, _EXPORT)),
    (0, b"\x76\x2f\x31\x01", Kind("an OpenEXR picture", True, _EXPORT)),
    (0, b"#?RADIANCE", Kind("a Radiance HDR picture", True, _EXPORT)),
    (0, b"qoif", Kind("a QOI picture", True, _EXPORT)),
    (0, b"BPG\xfb", Kind("a BPG picture", True, _EXPORT)),
    (0, b"DDS ", Kind("a DirectDraw texture", True, _EXPORT)),
    (0, b"\0\0\1\0", Kind("an icon (ICO)", True, _EXPORT)),
    (0, b"%PDF", Kind("a PDF document")),
    (0, b"%!PS", Kind("a PostScript document")),
    (0, b"PK\x03\x04", Kind("a zip archive")),
    (0, b"\x1f\x8b", Kind("a gzip archive")),
    (8, b"AVI ", Kind("a video")),
    (0, b"\x1aE\xdf\xa3", Kind("a video")),
]
_BRANDS = {
    AVIF: {b"avif", b"avis"},
    HEIF: {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"},
}
_LOOSE_BRANDS = {b"mif1", b"msf1"}  # HEIF, unless a further brand says AVIF
_BMP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}  # lengths of the second header
_NETPBM = re.compile(rb"P[1-6][ \t\r\n]*(#|[ \t\r\n][0-9])")


def kind_of(head: bytes) -> Kind | None:
    """What a file is that begins with `head` (HEAD bytes, or all of a shorter file).

    None where nothing is known: it may be anything, also a TGA, which begins with no sign.
    """
    for place, sign, kind in _SIGNS:
        if head[place : place + len(sign)] == sign:
            return kind
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return Kind(BMP, True)
    if _NETPBM.match(head):
        return Kind(PNM, True)
    if head[4:8] == b"ftyp":
        return _boxed(head)
    return _text(head)


def _boxed(head: bytes) -> Kind:
    """A file of ISO boxes, by its brands (ISO 14496-12, 4.3)."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    for name, own in _BRANDS.items():
        if brands[0] in own:
            return Kind(name, True)
    if brands[0] in _LOOSE_BRANDS:
        return Kind(AVIF if _BRANDS[AVIF] & set(brands) else HEIF, True)
    return RAW if brands[0] == b"crx " else Kind("a video or another file of its container")


def _text(head: bytes) -> Kind | None:
    """Texts that are often met in place of photos."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return Kind("a web page, saved or downloaded in place of a picture")
    if start.startswith((b"<svg", b"<?xml")):
        return Kind("an SVG drawing or another XML text")
    if start.startswith(b"version https://git-lfs"):
        return Kind("a Git LFS pointer: the file itself was not downloaded")
    control = any(byte < 9 or 13 < byte < 27 for byte in head)
    return Kind("a text") if head and not control and _is_utf8(head) else None


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and len(head) == HEAD  # cut inside a character
    return True
