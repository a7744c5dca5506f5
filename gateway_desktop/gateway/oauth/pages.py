"""Pages for browsers: plain HTML, no script, nothing from elsewhere, never in a frame."""

import html
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template

from aiohttp import web

UNABLE = "This sign-in cannot go on"
_NAMES = ("page", "consent", "sign_in", "device", "message")
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with `no-referrer`, our own forms come with Origin: null
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "gateway-desktop",
}


class Markup(str):
    """HTML that was made here and is not escaped again."""

    __slots__ = ()


class Pages:
    """The templates of a folder, read once."""

    def __init__(self, folder: Path, root: Callable[[], str]) -> None:
        """`root`: below which path a browser finds them now."""
        self._root = root
        self._templates = {
            name: Template((folder / f"{name}.html").read_text(encoding="utf-8")) for name in _NAMES
        }
        self._style = (folder / "style.css").read_bytes()

    def page(
        self, name: str, title: str, values: Mapping[str, str], *, status: int = 200, onward: str = ""
    ) -> web.Response:
        """Return a page; `onward` is the origin to which its form may lead in the end."""
        return self._whole(title, self._fill(name, values), status=status, onward=onward)

    def message(self, title: str, message: str, status: int = 200) -> web.Response:
        """Return a page that says something and offers nothing."""
        return self._whole(title, self._said(message), status=status)

    def way_back(self, message: str, url: str, status: int) -> web.Response:
        """Return a page that says something and leads back to the application, if the person likes."""
        link = Markup(f'<p><a class="button" href="{html.escape(url)}">Back to the application</a></p>')
        return self._whole(UNABLE, self._said(message, link), status=status)

    def leave(self, title: str, message: str, url: str) -> web.Response:
        """Return a page that goes on to another site by itself, and by a link.

        Why no redirect: this answers a form, and browsers hold redirects after a form against the page's
        `form-action`, where the addresses of identity providers would have to stand.
        """
        link = Markup(f'<p><a class="button main" href="{html.escape(url)}">Continue</a></p>')
        head = f'<meta http-equiv="refresh" content="0;url={html.escape(url)}">\n'
        return self._whole(title, self._said(message, link), head=head)

    def style(self) -> web.Response:
        """Return the style sheet."""
        headers = {"Content-Type": "text/css; charset=utf-8", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=self._style, headers={**headers, "Cache-Control": "max-age=3600"})

    def _said(self, message: str, link: str = "") -> str:
        return self._fill("message", {"message": _sentence(message), "link": link})

    def _fill(self, name: str, values: Mapping[str, str]) -> str:
        escaped = {
            key: value if isinstance(value, Markup) else html.escape(value) for key, value in values.items()
        }
        return self._templates[name].substitute(escaped, root=html.escape(self._root()))

    def _whole(
        self, title: str, content: str, *, status: int = 200, onward: str = "", head: str = ""
    ) -> web.Response:
        root = html.escape(self._root())
        filled = {"title": html.escape(title), "content": content, "head": head, "root": root}
        body = self._templates["page"].substitute(filled)
        policy = (
            f"default-src 'none'; style-src 'self'; form-action 'self' {onward}".rstrip()
            + "; frame-ancestors 'none'; base-uri 'none'"
        )
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        return web.Response(status=status, body=body.encode(), headers=headers)


def _sentence(message: str) -> str:
    """Return what is written as an error, without its full stop, as a sentence of a page."""
    return message if message.endswith((".", "!", "?")) else f"{message}."


def wrong(message: str) -> Markup:
    """Return what went wrong, as a paragraph that screen readers say at once."""
    said = f'<p class="wrong" id="wrong" role="alert">{html.escape(_sentence(message))}</p>'
    return Markup(said if message else "")


def button(value: str, label: str, *, main: bool) -> Markup:
    """Return a button of the consent page."""
    look = ' class="main"' if main else ""
    return Markup(f'<button{look} name="choice" value="{html.escape(value)}">{html.escape(label)}</button>\n')
