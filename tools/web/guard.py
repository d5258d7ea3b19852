"""Who may speak to the server: only its own page, opened by the name of this machine.

A page from elsewhere can send requests to 127.0.0.1, directly or under a name of its own that
resolves there (DNS rebinding). A browser tells on itself: `Host` is the name that was asked for and
`Origin` the page that asks. Both are looked at before a byte of the body is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

METHODS = ("GET", "HEAD", "POST")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
    " media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'"
)
# The report's page has its style and script within; it may do nothing but show itself.
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline';"
    " script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

Refusal = Callable[[str, str, Mapping[str, str]], "str | None"]


def own_page_only(names: set[str]) -> Refusal:
    """The rule of the page's server; names: what `Host` may be, with the port."""

    def refusal(method: str, path: str, headers: Mapping[str, str]) -> str | None:
        host, origin = headers.get("HOST", ""), headers.get("ORIGIN")
        if method not in METHODS:
            return f"This server does not know {method}."
        if host not in names:
            return f"This server is not called {host!r}."
        if origin is not None and origin != f"http://{host}":
            return f"A page of {origin!r} may not use this server."
        if method == "POST" and origin is None:
            return "A request that changes something must say which page it comes from."
        asker = headers.get("SEC_FETCH_SITE", "none")
        if path.startswith("/api/") and asker not in ("same-origin", "none"):
            return "A page from elsewhere may not use this server."
        return None

    return refusal


def guarded_channel(refusal: Refusal) -> type[Any]:
    """Waitress's channel with a parser that ends a refused request after its header."""

    class GuardedParser(HTTPRequestParser):  # type: ignore[misc]
        """Reads a request's header and refuses what the rule refuses."""

        def parse_header(self, header_plus: bytes) -> None:
            """Errors: ParsingError, which waitress answers with 400 and the text."""
            super().parse_header(header_plus)
            why = refusal(self.command, self.path, self.headers)
            if why is not None:
                self.connection_close = True
                raise ParsingError(why)

    class GuardedChannel(HTTPChannel):  # type: ignore[misc]
        """A connection whose requests are looked at."""

        parser_class = GuardedParser

    return GuardedChannel
