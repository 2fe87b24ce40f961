"""Safe targets of redirects: own paths only."""

from urllib.parse import urlsplit

from neural_threads.features.accounts.enums import Role


def own_path(next_url: str | None) -> str | None:
    """The path if it leads to a page of ours, else None: no other host, no trick with slashes or line breaks."""
    if not next_url or not next_url.startswith("/") or next_url.startswith("//") or len(next_url) > 2000:
        return None
    if "\\" in next_url or any(ord(letter) < 32 for letter in next_url):
        return None
    parts = urlsplit(next_url)
    return None if parts.scheme or parts.netloc else next_url


def safe_next(next_url: str | None, role: Role) -> str:
    """Return where to lead somebody after the door: where they wanted to go if their role has that page, else their home."""
    path = own_path(next_url)
    first = f"/{path.split('?')[0].split('/')[1]}" if path else "/"
    elsewhere = {"/", "/login", "/logout", "/signup", "/api", *(other.home for other in Role if other is not role)}
    return role.home if path is None or first in elsewhere else path
