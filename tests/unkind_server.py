"""An HTTP server on localhost that serves one file in the unkind ways of real ones."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class UnkindServer(http.server.ThreadingHTTPServer):
    """Serves `content`; `script` says how to treat each request in turn, then all are served well.

    cut:N        says the whole length, sends N bytes, closes
    stall:N      sends N bytes, then nothing
    drip         sends a byte every now and then
    error:S      answers status S
    no-ranges    ignores the range and sends everything from the start
    no-ranges-cut:N   the same, cut after N bytes
    wrong-range  answers 206 with another range than asked for
    longer       says a length, sends more
    lie:N        says a length that is N bytes too long, then closes
    chunked      sends no length (chunked)
    """

    daemon_threads = True

    def __init__(self, content: bytes, script: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content, self.script = content, list(script)
        self.ranges: list[str | None] = []
        self.done = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/file.bin"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the game."""


class Handler(http.server.BaseHTTPRequestHandler):
    server: UnkindServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """No log."""

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.ranges.append(asked)
        how, _, number = (self.server.script.pop(0) if self.server.script else "well").partition(
            ":"
        )
        found = re.match(r"bytes=(\d+)-", asked or "")
        offset = int(found[1]) if found else 0
        getattr(self, "do_" + how.replace("-", "_"))(offset, int(number or 0))
        self.close_connection = True

    def begin(self, offset: int, length: int | None = None, status: int | None = None) -> bytes:
        """The head of an answer; the bytes that belong to it."""
        content = self.server.content
        self.send_response(status or (206 if offset else 200))
        if offset or status == 206:
            self.send_header("Content-Range", f"bytes {offset}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - offset if length is None else length))
        self.end_headers()
        return content[offset:]

    def do_well(self, offset: int, _: int) -> None:
        if offset >= len(self.server.content):
            return self.do_error(offset, 416)
        self.wfile.write(self.begin(offset))

    def do_cut(self, offset: int, number: int) -> None:
        self.wfile.write(self.begin(offset)[:number])

    def do_stall(self, offset: int, number: int) -> None:
        self.wfile.write(self.begin(offset)[:number])
        self.server.done.wait(20)

    def do_drip(self, offset: int, _: int) -> None:
        for byte in self.begin(offset):
            self.wfile.write(bytes([byte]))
            if self.server.done.wait(0.05):
                return

    def do_error(self, _: int, number: int) -> None:
        self.send_response(number)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"oops")

    def do_no_ranges(self, _: int, __: int) -> None:
        self.wfile.write(self.begin(0))

    def do_no_ranges_cut(self, _: int, number: int) -> None:
        self.wfile.write(self.begin(0)[:number])

    def do_wrong_range(self, _: int, __: int) -> None:
        self.wfile.write(self.begin(1, status=206))

    def do_longer(self, offset: int, _: int) -> None:
        """More bytes than the head says (a client must not take them)."""
        self.wfile.write(self.begin(offset) + b"more" * 100)

    def do_lie(self, offset: int, number: int) -> None:
        self.wfile.write(self.begin(offset, len(self.server.content) - offset + number))

    def do_chunked(self, offset: int, _: int) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(self.server.content), 5000):
            piece = self.server.content[start : start + 5000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


@contextmanager
def serving(content: bytes, *script: str) -> Iterator[UnkindServer]:
    """A running server; stopped at the end."""
    server = UnkindServer(content, list(script))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.done.set()
        server.shutdown()
        thread.join()
        server.server_close()
        time.sleep(0)
