"""Waitress, set for pictures: large uploads, early refusals, a bounded number of connections."""

from __future__ import annotations

from typing import Any

from tools.data.photo_files import MAX_BYTES
from tools.errors import PocketlensError
from tools.web.guard import Refusal, guarded_channel

THREADS = 8
CONNECTIONS = 64


def open_server(app: Any, address: str, port: int, refusal: Refusal) -> Any:
    """A server that listens but does not run yet; port 0: any free one. Errors: busy."""
    from waitress import create_server

    try:
        server = create_server(
            app,
            host=address,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            max_request_body_size=MAX_BYTES + 1,
            recv_bytes=1 << 17,
            inbuf_overflow=16 << 20,  # camera pictures stay in memory, larger photos do not
            channel_timeout=60,
            ident=None,
        )
    except OSError as error:
        raise PocketlensError(
            "busy",
            f"Port {port} of {address} cannot be used: {error.strerror}.",
            do="Name another one with --port, or leave it out.",
        ) from error
    server.channel_class = guarded_channel(refusal)
    return server
