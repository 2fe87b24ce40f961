"""bin/screens knows every page."""

import re

from neural_threads.web.app import routes
from tests.screens import SHOTS

# Addresses that show no page of their own: for machines, for mails' links, pieces of pages, and ways onward.
NO_PAGE = re.compile(
    r"^/(api|assets|media|schema)\b|\.\w+$|^/(health|ready|metrics|verify-email|reset-password)$"
    r"|^/requests/|^/customer/chatbot/messages/|/card$"
    r"|^/pose/|/virtual-tryon/"  # figures, and looks, of which the demo's people have none yet
)


def test_every_page_has_its_image() -> None:
    shown = [shot.path.split("?")[0] for shot in SHOTS]
    for path, methods, _ in routes():
        if "GET" in methods.split() and not NO_PAGE.search(path):
            page = re.compile(re.sub(r"\\{[^}]*\}", "[^/]+", re.escape(path)))
            assert any(page.fullmatch(re.sub(r"\{.*?\}", "x", one)) for one in shown), (
                f"bin/screens takes no picture of {path}"
            )
