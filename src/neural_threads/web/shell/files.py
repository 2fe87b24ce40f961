"""Static files under /assets, and addresses that browsers ask for by themselves."""

from typing import Any

from litestar import Request, Response, route

from neural_threads.platform.errors import NotFound
from neural_threads.web.http.accept import encoding_for
from neural_threads.web.http.conditional import is_known
from neural_threads.web.templates.assets import FOR_EVER, Asset, asset, asset_manifest

A_DAY = "public, max-age=86400"
READS: list[Any] = ["GET", "HEAD"]


@route("/assets/{path:path}", http_method=READS, sync_to_thread=False, include_in_schema=False, exclude_from_auth=True)
def get_asset(request: Request[Any, Any, Any], path: str) -> Response[bytes]:
    """A file under the address that names its content."""
    result = asset_manifest().at(f"/assets/{path.lstrip('/')}")
    if result is None:
        raise NotFound
    return _answer(request, result, FOR_EVER)


@route("/favicon.ico", http_method=READS, sync_to_thread=False, include_in_schema=False, exclude_from_auth=True)
def get_favicon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Answer the icon for clients that ask without reading the page."""
    return _answer(request, asset_manifest().asset("shell/favicon.ico"), A_DAY)


@route(
    "/manifest.webmanifest", http_method=READS, sync_to_thread=False, include_in_schema=False, exclude_from_auth=True
)
def get_manifest() -> Response[dict[str, Any]]:
    """Answer the web app manifest, which a phone needs to install the site."""
    icons = [
        {"src": asset("shell/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset("shell/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": asset("shell/icon-maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        {"src": asset("shell/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    manifest = {
        "name": "Neural Threads",
        "short_name": "Threads",
        "id": "/",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#faf7f0",
        "theme_color": "#faf7f0",
        "icons": icons,
    }
    return Response(manifest, media_type="application/manifest+json", headers={"Cache-Control": A_DAY})


@route("/robots.txt", http_method=READS, sync_to_thread=False, include_in_schema=False, exclude_from_auth=True)
def get_robots() -> Response[str]:
    """Search engines may look at the catalogue, not at the doors."""
    closed = ("/api/", "/settings", "/login", "/signup", "/customer/chats", "/designer/", "/tailor/")
    text = "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in closed), ""])
    return Response(text, media_type="text/plain", headers={"Cache-Control": A_DAY})


def _answer(request: Request[Any, Any, Any], result: Asset, cache_control: str) -> Response[bytes]:
    etag = f'"{result.mark}"'
    headers = {"Cache-Control": cache_control, "ETag": etag, "Vary": "Accept-Encoding"}
    if is_known(etag, request.headers.get("if-none-match")):
        return Response(b"", status_code=304, headers=headers)
    encoding, content = result.encoded_as(encoding_for(request.headers.get("accept-encoding", "")))
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(content, media_type=result.media_type, headers=headers)


handlers = [get_asset, get_favicon, get_manifest, get_robots]
