"""Serves the application with waitress: one process, a few threads, no reloading."""

from __future__ import annotations

import logging
from typing import Any

import waitress
from flask import Flask, g, has_request_context

THREADS = 8
LOG_LINE = "%(levelname)s request=%(request_id)s %(message)s"


def serve(app: Flask, *, host: str, port: int) -> None:
    """Serve until the process is told to stop; returns then."""
    logging.getLogger("waitress").setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(NamesRequests())
        handler.setFormatter(logging.Formatter(LOG_LINE))
    server: Any = waitress.create_server(app, host=host, port=port, threads=THREADS, ident=None)
    try:
        server.run()
    finally:
        server.close()


class NamesRequests(logging.Filter):
    """Gives every line of the log the id of the request it was written in, or "-"."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return True
