"""`--share`: packages for a phone in the same network, by a link that cannot be guessed.

A server of its own on the machine's address in that network. It knows one path, /TOKEN/NUMBER/
NAME.zip, and can only be read; the page and everything else stay on 127.0.0.1.
"""

from __future__ import annotations

import io
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

from tools.errors import PocketlensError


def qr_code(text: str) -> bytes:
    """A QR code as SVG, dark on white whatever the page's colours."""
    import segno

    out = io.BytesIO()
    segno.make(text, micro=False).save(
        out, kind="svg", scale=5, border=4, dark="#14201c", light="#ffffff"
    )
    return out.getvalue()


def address_in_network() -> str:
    """This machine's address in its network. Errors: bad_settings where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which way packets would go
            address = str(probe.getsockname()[0])
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        raise PocketlensError(
            "bad_settings",
            "This machine is in no network in which a phone could reach it.",
            do="Join the phone's network, name an address with --share-address, or leave"
            " --share out.",
        )
    return address


@dataclass
class Share:
    """What is reachable from the network: zips of packages, by links with a token."""

    address: str
    send: Callable[[int], Response]  # a package's zip
    port: int = 0
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def link(self, number: int, name: str) -> str:
        """Where a package can be fetched."""
        return f"http://{self.address}:{self.port}/{self.token}/{number}/{name}.zip"

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> str | None:
        """Only reading, by this address; see guard.Refusal."""
        if method not in ("GET", "HEAD"):
            return "Nothing can be changed here."
        if headers.get("HOST") != f"{self.address}:{self.port}":
            return "This server is called otherwise."
        return None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        response = self.answer(Request(environ))
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        return response(environ, start_response)

    def answer(self, request: Request) -> Response:
        """The zip that the link names; else nothing is here."""
        parts = request.path.split("/")
        if len(parts) == 4 and secrets.compare_digest(parts[1].encode(), self.token.encode()):
            try:
                if parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 4:
                    return self.send(int(parts[2]))
            except PocketlensError:
                pass
        return Response("There is nothing here.", 404, content_type="text/plain")

    def serve(self) -> Any:
        """Begin to serve in a thread; the server, to be closed."""
        from tools.web.serving import open_server

        server = open_server(self, self.address, 0, self.refusal)
        self.port = server.effective_port
        threading.Thread(target=server.run, daemon=True).start()
        return server
