"""``analytics view``: everything on a page of one's own browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.cli._console import reason

if TYPE_CHECKING:
    import argparse

    from analytics.cli._console import Console

SUMMARY = "show in a browser what was sent, what waits, who decided, and what each key means"
EXAMPLES = {
    "view": "open the page in the browser",
    "view --no-browser --port 8001": "print the link only, for a browser of one's own",
}
FAILURE = "the port cannot be listened on"

_HIGHEST_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--port", type=_port, default=0, help="the port on 127.0.0.1 (default: any that is free)"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the link only; open no browser")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _HIGHEST_PORT:
        raise ValueError
    return port


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Serve the page until ^C."""
    from analytics.view import View, serve

    view = View(console.dirs, console.environ, console.app, version=console.version, prog=console.prog)
    try:
        with serve(view, arguments.port) as server:
            console.write(server.link + "\n")
            console.say("this link works once, on this machine; ^C ends it")
            if not arguments.no_browser:
                _open(server.link)
            server.serve_forever()
    except OSError as error:
        return console.fail(f"cannot listen on port {arguments.port}: {reason(error)}")
    except KeyboardInterrupt:  # the way to end it
        pass
    return 0


def _open(link: str) -> None:
    """Open the browser. Whoever reads its arguments off the machine finds a token that was used."""
    import webbrowser

    webbrowser.open(link)
