"""Whoever wants to know finds what others made, and under which licences."""

import re

from neural_threads.platform.third_party import UNKNOWN, run_time_packages
from neural_threads.web.notices.pages import notices
from tests.support.people import People


async def test_a_visitor_reads_names_versions_and_licences(people: People) -> None:
    answer = await people.anonymous().get("/notices", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    lines = re.findall(
        r"<bdi[^>]*>([^<]+)</bdi></strong> <small[^>]*>([^<]+)</small></span>\s*<span[^>]*>([^<]+)<", answer.text
    )
    assert {(package.name, package.version, package.licence) for package in run_time_packages()} <= set(lines)
    assert {"htmx.org", "lucide-static", "@mediapipe/pose", "@fontsource-variable/inter"} <= {
        name for name, _, _ in lines
    }
    assert "SIL OPEN FONT LICENSE" in answer.text
    assert "Permission to use, copy, modify" in answer.text


def test_nothing_is_without_its_licence() -> None:
    works, packages = notices()
    assert all(work.texts and min(map(len, work.texts)) > 300 for work in works)
    assert UNKNOWN not in {work.licence for work in works} | {package.licence for package in packages}


async def test_it_is_found_from_the_front_page_and_the_settings(people: People) -> None:
    cora = await people.customer()
    assert 'href="/notices"' in (await people.anonymous().get("/", headers={"Accept": "text/html"})).text
    assert 'href="/notices"' in (await cora.http.get("/settings", headers={"Accept": "text/html"})).text
    assert (await cora.http.get("/notices", headers={"Accept": "text/html"})).status_code == 200
