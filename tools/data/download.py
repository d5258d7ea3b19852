"""Downloads a file whose SHA-256 is known: resumed, retried, checked, published by one rename.

What arrives goes to `NAME.part` beside the target, so an interrupted download goes on where it
stopped. The target itself appears only when its hash is right. Nothing that was there before is
deleted or changed by a download that fails.
"""

import contextlib
import fcntl
import http.client
import os
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tools.errors import PocketlensError
from tools.places import sha256_of

PIECE = 1 << 16
MAX_BYTES = 4 << 30
RETRY_STATUS = {408, 425, 429, 500, 502, 503, 504}
Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all if known


@dataclass(frozen=True)
class Limits:
    """How patient a download is. Times in seconds."""

    timeout: float = 20.0  # without a single byte
    slow_after: float = 30.0  # a window in which fewer than slow_bytes arrive is a stall
    slow_bytes: int = 8192
    attempts: int = 6  # in a row without progress
    first_pause: float = 1.0  # doubled after each failure, 30 s at most


@dataclass(frozen=True)
class Download:
    """What is to be fetched: where from, where to, and how to know it."""

    url: str
    path: Path
    sha256: str
    size: int | None = None

    @property
    def part(self) -> Path:
        """Where bytes are collected until they are all there and checked."""
        return self.path.with_name(self.path.name + ".part")


class _Interrupted(Exception):
    """The connection failed in a way that trying again may heal."""


class _NothingBeyond(Exception):
    """The server has no bytes from the asked offset on: the part is whole, or of another file."""


def _open(download: Download, offset: int, timeout: float) -> http.client.HTTPResponse:
    """The response to a request for everything from `offset` on."""
    if not re.match(r"https?://", download.url):
        raise PocketlensError("download_failed", f"{download.url} is no http or https address.")
    headers = {"User-Agent": "pocketlens", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    request = urllib.request.Request(download.url, headers=headers)
    try:
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout)
        return response
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and offset:
                raise _NothingBeyond from error
            if error.code in RETRY_STATUS:
                raise _Interrupted(f"the server answered {error.code} {error.reason}") from error
            raise PocketlensError(
                "download_failed",
                f"{download.url}: the server answered {error.code} {error.reason}.",
                do="The file may have moved; fetch it by hand and check its SHA-256,"
                f" {download.sha256}.",
            ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _Interrupted(str(error) or type(error).__name__) from error


def _start(response: http.client.HTTPResponse, offset: int) -> tuple[int, int | None]:
    """Where the response's first byte belongs, and the file's whole length if it says it.

    A server that ignores the range answers 200 with the whole file: it belongs at 0.
    """
    length = response.headers.get("Content-Length")
    size = int(length) if length and length.isdigit() else None
    if response.status == 206:
        found = re.match(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if found and int(found[1]) == offset:
            return offset, None if found[2] == "*" else int(found[2])
        raise _Interrupted("the server sent another range than it was asked for")
    return 0, size


def _check_size(download: Download, total: int | None) -> None:
    """Refuses a length that is not the known one, or absurd, before it is fetched."""
    if total is None:
        return
    if total > MAX_BYTES or (download.size is not None and total != download.size):
        raise PocketlensError(
            "wrong_size",
            f"{download.url} is not the expected file.",
            found=f"{total:,} bytes",
            expected=f"{download.size:,} bytes" if download.size else f"at most {MAX_BYTES:,}",
        )


def _pieces(response: http.client.HTTPResponse, limits: Limits) -> Iterator[bytes]:
    """The body piece by piece; a stall or a broken connection is _Interrupted."""
    window, arrived = time.monotonic(), 0
    while True:
        try:
            piece = response.read1(PIECE)
        except (OSError, http.client.HTTPException) as error:
            raise _Interrupted(str(error) or type(error).__name__) from error
        if not piece:
            return
        yield piece
        arrived += len(piece)
        if time.monotonic() - window > limits.slow_after:
            if arrived < limits.slow_bytes:
                raise _Interrupted(f"only {arrived} bytes came in {limits.slow_after:.0f} s")
            window, arrived = time.monotonic(), 0


def _receive(download: Download, stream: BinaryIO, limits: Limits, progress: Progress) -> None:
    """One request: puts what arrives into the part file; returns when the file is whole.

    A server that ignores the range sends from the start: that is written over the part from its
    start, so that an interruption leaves at least as much as there was.
    """
    offset = _length(stream)
    if download.size is not None and offset >= download.size:
        return
    try:
        response = _open(download, offset, limits.timeout)
    except _NothingBeyond:
        return
    with response:
        start, total = _start(response, offset)
        _check_size(download, total)
        limit = total or download.size or MAX_BYTES
        stream.seek(start)
        for piece in _pieces(response, limits):
            stream.write(piece)
            progress(stream.tell(), total or download.size)
            if stream.tell() > limit:
                raise PocketlensError(
                    "wrong_size", f"{download.url} sends more than the {limit:,} bytes it has."
                )
        if total is not None and stream.tell() < total:
            raise _Interrupted(f"it ended after {stream.tell():,} of {total:,} bytes")
        stream.truncate(stream.tell())


def _length(stream: BinaryIO) -> int:
    """Bytes in the file, those still in the buffer too."""
    stream.flush()
    return os.fstat(stream.fileno()).st_size


@contextlib.contextmanager
def _part_file(download: Download) -> Iterator[BinaryIO]:
    """The part file, held by this process alone; another download of it is `busy`."""
    download.path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(download.part, os.O_RDWR | os.O_CREAT, 0o644)
    with os.fdopen(number, "r+b") as stream:
        if not _locked(stream) or not _is_named(stream, download.part):
            raise PocketlensError(
                "busy", f"{download.path} is being downloaded by another process."
            )
        yield stream


def _locked(stream: BinaryIO) -> bool:
    """Whether the lock on the file could be had at once."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_named(stream: BinaryIO, path: Path) -> bool:
    """Whether the open file still has this name (another process may have published it)."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _collect(
    download: Download,
    stream: BinaryIO,
    limits: Limits,
    progress: Progress,
    say: Callable[[str], None],
) -> None:
    """Requests until the file is whole; gives up after `attempts` in a row without progress."""
    failures, reached = 0, _length(stream)
    while True:
        try:
            return _receive(download, stream, limits, progress)
        except _Interrupted as error:
            now = _length(stream)
            failures = 0 if now > reached else failures + 1
            reached = max(reached, now)
            if failures >= limits.attempts:
                raise PocketlensError(
                    "download_failed",
                    f"{download.url}: {error}; {now:,} bytes are kept in {download.part.name}.",
                    do="Check the network connection and run the command again; it goes on there.",
                ) from error
            say(f"{error}; trying again")
            time.sleep(min(limits.first_pause * 2**failures, 30.0))


def _hash_of_part(download: Download, stream: BinaryIO) -> str:
    """The SHA-256 of what has been collected."""
    stream.flush()
    return sha256_of(download.part)


def _reject(download: Download, found: str) -> PocketlensError:
    """Puts bytes with another hash aside, to be looked at, and says so."""
    aside = download.path.with_name(download.path.name + ".rejected")
    os.replace(download.part, aside)
    return PocketlensError(
        "wrong_hash",
        f"{download.url} is not the expected file; what came was put aside as {aside.name}.",
        found=f"SHA-256 {found}",
        expected=download.sha256,
        do="The file at that address has changed, or something between altered it. Do not use it.",
    )


def fetch(
    download: Download,
    *,
    replace: bool = False,
    limits: Limits = Limits(),
    progress: Progress = lambda done, total: None,
    say: Callable[[str], None] = lambda text: None,
) -> bool:
    """Downloads a file unless it is already there; whether anything was fetched.

    A file of that name with another content is an error (`wrong_hash`) unless `replace`; even then
    it stays until the new one is whole and checked. Raises `download_failed` (after retries),
    `wrong_size`, `wrong_hash`, `busy` and `cannot_write`.
    """
    try:
        return _fetch(download, replace, limits, progress, say)
    except OSError as error:
        raise PocketlensError(
            "cannot_write",
            f"{download.path} could not be written: {error.strerror or error}.",
            do="Free some space or choose another folder with --out.",
        ) from error


def _fetch(
    download: Download,
    replace: bool,
    limits: Limits,
    progress: Progress,
    say: Callable[[str], None],
) -> bool:
    """`fetch` without the translation of file errors."""
    if download.path.exists():
        found = sha256_of(download.path)
        if found == download.sha256:
            return False
        if not replace:
            raise PocketlensError(
                "wrong_hash",
                f"{download.path} is already there, but is another file.",
                found=f"SHA-256 {found}",
                expected=download.sha256,
                do="Move it away, or let it be replaced with --replace.",
            )
    with _part_file(download) as stream:
        resumed = _length(stream) > 0
        _collect(download, stream, limits, progress, say)
        found = _hash_of_part(download, stream)
        if found != download.sha256 and resumed:
            say("the part that was there does not belong to this file; starting again")
            stream.truncate(0)
            _collect(download, stream, limits, progress, say)
            found = _hash_of_part(download, stream)
        if found != download.sha256:
            raise _reject(download, found)
        os.fsync(stream.fileno())
        download.part.chmod(0o644)
        os.replace(download.part, download.path)
    return True
