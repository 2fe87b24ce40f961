"""Conditions of HTTP: ranges only for the version that the client has, and encodings by their q-values."""

import pytest

from neural_threads.web.http.accept import encoding_for


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, br;q=0", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("gzip;q=0", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=1.0", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("identity;q=1, *;q=0.5", ""),
        ("", ""),
        ("BR", "br"),
    ],
)
def test_the_encoding_that_is_liked_best(header, encoding):
    assert encoding_for(header) == encoding


async def test_pages_and_assets_obey(server, people):
    visitor = people.anonymous()
    for path in ("/login", "/customer/designers"):
        refused = await visitor.get(path, headers={"Accept-Encoding": "br;q=0, gzip;q=0", "Accept": "text/html"})
        assert "content-encoding" not in refused.headers
        assert "Accept-Encoding" in refused.headers["vary"], "a cache would give the plain page to everybody"
        chosen = await visitor.get(path, headers={"Accept-Encoding": "gzip, br;q=0", "Accept": "text/html"})
        assert chosen.headers["content-encoding"] == "gzip"
        assert chosen.headers["vary"] == refused.headers["vary"]
