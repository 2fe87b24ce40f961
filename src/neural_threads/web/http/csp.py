"""The Content-Security-Policy of pages."""

from neural_threads.platform.config import get_settings


def content_security_policy(nonce: str, images_from: str = "", *, runs_wasm: bool = False) -> str:
    """Nothing from elsewhere, nothing inline but what carries this page's nonce.

    `pictures_from`: a host with map tiles. `runs_wasm`: the page compiles WebAssembly.
    """
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' 'nonce-{nonce}'" + (" 'wasm-unsafe-eval'" if runs_wasm else ""),
        "style-src": "'self'",
        "img-src": f"'self' data: blob: {images_from}".strip(),
        "font-src": "'self'",
        "connect-src": " ".join(["'self'", *socket_sources()]),
        "media-src": "'self' blob:",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def socket_sources() -> list[str]:
    """Return where pages may open a socket besides our own origin."""
    url = get_settings().socket_url
    return [url, url.replace("http", "ws", 1)] if url else []
