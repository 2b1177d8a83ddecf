"""A small HTTP server on the loopback interface, without an automatic `Date`."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from typing_extensions import override
from werkzeug import Request
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from werkzeug import Response


class _Handler(WSGIRequestHandler):
    @override
    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)  # without the header Date

    @override
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


@contextmanager
def serve_answers(
    answer: Callable[[Request], Response], *, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Answer requests in a thread and yield the address.

    Args:
        answer: Answers a request; sets the header Date if a test needs it.
        tls: Encrypts connections.
    """
    server = make_server(
        "127.0.0.1",
        0,
        Request.application(answer),
        threaded=True,
        request_handler=_Handler,
        ssl_context=tls,
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
