"""What stands in the addresses of pages: declared in signatures, and odd, repeated and unknown parameters break no page."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from neural_threads.platform.config import get_settings
from neural_threads.platform.db.migrations import ROOT
from neural_threads.web.app import create_litestar
from neural_threads.web.http.query import PageQuery, query_shapes
from tests.factories.wardrobe import hung
from tests.support.people import Anonymous, People
from tests.tryon.dressing import asked

HTML = {"Accept": "text/html"}
WEB = ROOT / "src" / "neural_threads" / "web"
BY_HAND = {
    "chat/api.py": "the ETag of a page of messages is made of the whole query string",
    "refilled_forms.py": "a middleware compares and repeats whole addresses",
}

PAGES = {
    "visitor": """
        /login /signup /signup/designer /signup/tailor /reset-password /verify-email /media/{image}?sig={sig}
        /customer/designers /customer/designers/{designer} /customer/designers/{designer}/reviews /customer/designs
        /customer/tailors /customer/tailors/{tailor} /customer/tailors/{tailor}/reviews""",
    "cora": """
        /customer /settings /notifications /customer/chats /customer/chats/new /customer/chats/search /customer/chats/{chat}
        /customer/chats/{chat}/search /customer/chats/{chat}/share /customer/wardrobe /customer/wardrobe/{item}
        /customer/wardrobe/looks /customer/wardrobe/looks/new /customer/wardrobe/looks/{look} /customer/virtual-tryon
        /customer/virtual-tryon/{tryon} /customer/virtual-tryon/compare /customer/virtual-tryon/figures/{shape}/{tone}
        /customer/chatbot /customer/chatbot/history /customer/chatbot/{conversation} /customer/chatbot/outfits/swap
        /customer/chatbot/outfits/send /customer/alterations /customer/alterations/new /customer/design-requests
        /customer/design-requests/new""",
    "dina": """
        /designer/chats /designer/chats/search /designer/chats/{chat} /designer/chats/{chat}/search /designer/chats/{chat}/share
        /designer/portfolio /designer/profile /designer/reviews /designer/requests""",
    "tariq": """
        /tailor/chats /tailor/chats/search /tailor/sample-work /tailor/profile /tailor/reviews /tailor/requests""",
}
OF_A_TAILORS_CHAT = {"/tailor/chats/{}", "/tailor/chats/{}/search", "/tailor/chats/{}/share"}
"""The same handlers as for a designer, whose chat stands above."""

LENIENT = """
    visitor /login next
    visitor /login reset
    visitor /signup next
    visitor /signup/tailor next
    visitor /customer/designers/{designer} category
    visitor /customer/tailors/{tailor} latitude
    visitor /customer/tailors/{tailor} longitude
    visitor /customer/designs view
    cora /settings saved
    cora /customer/chats open
    cora /customer/wardrobe done
    cora /customer/wardrobe add
    cora /customer/wardrobe/{item} done
    cora /customer/wardrobe/looks done
    cora /customer/wardrobe/looks/{look} done
    cora /customer/virtual-tryon done
    cora /customer/virtual-tryon/{tryon} done
    cora /customer/virtual-tryon/figures/{shape}/{tone} alone
    dina /designer/portfolio done
    dina /designer/profile saved
    tariq /tailor/sample-work done
    tariq /tailor/profile saved
    tariq /tailor/profile done
"""
ODD = ("{}", "{}=", "{}=anything", "{}=%00", "{}=%FF%F0", "{}=1&{}=2&{}=", "{}=%3Cscript%3E", "{}=" + "x" * 3_000)

ANSWERS: list[tuple[str, str, int, str]] = [
    # Of a parameter that stands there several times the first counts.
    ("visitor", "/reset-password?token=a&token=b", 400, "no longer"),
    ("visitor", "/verify-email?token=first&token=second", 200, 'value="first"'),
    ("visitor", "/login?next=/settings&next=/customer", 200, 'name="next" value="/settings"'),
    ("visitor", "/login?reset=&reset=no", 200, "Your new password is set."),
    ("cora", "/customer/wardrobe/{item}?done=changed&done=anything", 200, "Changed."),
    ("cora", "/customer/wardrobe?done=down&add=yes&add=no", 200, 'id="add" open'),
    ("cora", "/customer/wardrobe/looks/new?itemId={item}&itemId=nothing", 200, 'value="{item}"'),
    ("dina", "/designer/portfolio?done=down&done=shown", 200, "Removed. Nobody sees it any more."),
    ("cora", "/customer/virtual-tryon/{tryon}?done=kept&done=unkept", 200, "Kept"),
    ("cora", "/customer/virtual-tryon/compare?look={tryon}&look={tryon}", 200, "{tryon}"),
    # Search pages show the form with what is wrong, and the rest of the search.
    ("visitor", "/customer/designers?minExperience=9&maxExperience=2&search=Kavya", 422, 'value="Kavya"'),
    ("visitor", "/customer/designers?search=Kavya&search=Tariq", 422, "Send this field only once."),
    ("visitor", "/customer/tailors?maxDistance=far", 422, "Must be a number."),
    ("visitor", "/customer/designs?minPrice=much&view=list", 422, 'value="much"'),
    ("cora", "/customer/wardrobe?category=HATS&add=yes", 422, 'id="add" open'),
    ("cora", "/customer/chats/search?search=silk&limit=many", 422, 'value="silk"'),
    ("cora", "/customer/chats/search?limit=many", 200, "search"),
    ("cora", "/customer/chats/{chat}/search?search=silk&chatId=nothing", 200, 'value="silk"'),
    ("dina", "/designer/chats/{chat}/search?search=silk&cursor=gone", 422, "Use the cursor of the page before"),
    # Ids and cursors of others name nothing; texts that cannot be stored are refused.
    ("visitor", "/customer/designers/{designer}/reviews?cursor=gone", 422, "no longer available"),
    ("visitor", "/customer/designers/{designer}/reviews?cursor=&cursor=gone", 200, "</html>"),
    ("cora", "/customer/chatbot/history?cursor=gone", 422, "no longer available"),
    ("cora", "/customer/chatbot/{conversation}?cursor=", 200, "</html>"),
    ("cora", "/customer/wardrobe/looks?cursor=gone", 422, "no longer available"),
    ("cora", "/customer/wardrobe/looks/new?itemId=nothing", 404, "Page not found"),
    ("cora", "/customer/wardrobe/looks/new?itemId=%00", 422, "</html>"),
    ("cora", "/customer/virtual-tryon/compare?look=nothing", 404, "Page not found"),
    ("cora", "/customer/virtual-tryon?again=nothing", 404, "Page not found"),
    ("visitor", "/media/{image}?w=401&sig={sig}", 422, "Must be one of 200"),
    ("visitor", "/media/{image}?w=200&w=401&sig={sig}&sig=forged", 200, ""),
    ("visitor", "/media/{image}?w=200&sig=forged&sig={sig}", 404, ""),
    # Links that we make ourselves are read strictly.
    ("cora", "/customer/virtual-tryon?isKept=perhaps", 422, "</html>"),
    ("cora", "/customer/virtual-tryon?isKept=true&limit=many", 200, "</html>"),
    ("cora", "/customer/virtual-tryon?person=figure&person=photo", 422, "</html>"),
    ("cora", "/customer/chats/{chat}?at=first", 422, "</html>"),
    ("cora", "/customer/chats/{chat}?at=1&cursor=gone", 422, "no longer available"),
    ("dina", "/designer/chats/{chat}/share?limit=many", 422, "</html>"),
    ("cora", "/customer/chats?show=FRIENDS&open=anything", 422, "</html>"),
    ("cora", "/customer/chatbot/outfits/send?messageId=nothing&index=0", 404, "Page not found"),
]
"""Who asks which address, and what the answer is: its status, and words in it."""


class Known(NamedTuple):
    """People, a visitor among them, and the ids of their things."""

    who: dict[str, Anonymous]
    ids: dict[str, str]

    async def answer(self, who: str, address: str) -> Any:
        """GET a page; `{item}` and its like in the address are ids."""
        return await self.who[who].http.get(self.named(address), headers=HTML)

    def named(self, text: str) -> str:
        """The same text with ids for what stands in braces."""
        return re.sub(r"\{(\w+)\}", lambda match: self.ids[match[1]], text)


async def known_to(people: People) -> Known:
    """Cora and what she has; Dina, with whom she talks; Tariq; a visitor."""
    cora, dina, tariq = await people.customer(), await people.designer(), await people.tailor()
    item = await hung(cora)
    look = await cora.post("/api/chatbot/looks", json={"name": "Sangeet", "parts": [{"itemId": item["id"]}]})
    designer, tailor = dina.user["designer"]["id"], tariq.user["tailor"]["id"]
    ids = {
        "designer": designer,
        "tailor": tailor,
        "chat": (await cora.post("/api/chat", json={"designerId": designer})).json()["data"]["id"],
        "item": item["id"],
        "look": look.json()["data"]["id"],
        "tryon": (await asked(cora))["id"],
        "conversation": (await cora.post("/api/chatbot/conversations")).json()["data"]["id"],
        "image": item["imageUrl"].removeprefix("/media/").partition("?")[0],
        "sig": item["imageUrl"].partition("sig=")[2],
        "shape": "APPLE",
        "tone": "DEEP",
    }
    return Known({"cora": cora, "dina": dina, "tariq": tariq, "visitor": people.anonymous()}, ids)


def handlers() -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Every handler of the application, with each of its paths."""
    for route in create_litestar(get_settings()).routes:
        for handler in getattr(route, "route_handlers", []):
            yield route.path, handler


def reads_by_hand(source: str) -> bool:
    """True if a module reads a query string itself."""
    nodes = list(ast.walk(ast.parse(source)))
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return "query_params" in attributes or "query_string" in texts


def test_no_handler_reads_its_query_string_by_hand() -> None:
    files = {path.relative_to(WEB).as_posix(): path for path in WEB.rglob("*.py")}
    ours = [handler.fn for _path, handler in handlers() if handler.fn.__module__.startswith("neural_threads.")]
    assert {Path(inspect.getfile(fn)) for fn in ours} <= set(files.values())
    bad = {name for name, path in files.items() if not name.startswith("http/") and reads_by_hand(path.read_text())}
    assert bad == BY_HAND.keys(), "declare it in the signature: `link: InQuery[…]` (web/http/query.py)"


def test_the_reader_of_sources_sees_both_ways() -> None:
    assert reads_by_hand("def a(request): return request.query_params.get('done')")
    assert reads_by_hand("def a(scope): return scope['query_string']")
    assert not reads_by_hand("def a(link): return link.done")


def test_texts_of_addresses_are_texts_with_defaults() -> None:
    """A `PageQuery` decodes nothing, so a field of another type would hold a text."""
    shapes = {shape for _path, handler in handlers() for shape in query_shapes(handler).values()}
    texts = [shape for shape in shapes if issubclass(shape, PageQuery)]
    assert len(texts) > 10
    fields = [(shape.__name__, field) for shape in texts for field in msgspec.structs.fields(shape)]
    assert not [(name, field.name) for name, field in fields if field.required]
    assert not [(name, field.name) for name, field in fields if field.type not in (str, str | None, list[str])]


def test_every_page_that_takes_something_is_asked_here() -> None:
    declared = {
        re.sub(r"\{[^}]*\}", "{}", path)
        for path, handler in handlers()
        if "GET" in handler.http_methods and not path.startswith("/api/") and query_shapes(handler)
    }
    known = {re.sub(r"\{[^}]*\}", "{}", path.partition("?")[0]) for paths in PAGES.values() for path in paths.split()}
    assert declared - OF_A_TAILORS_CHAT == known


@pytest.mark.long  # every page twice
async def test_unknown_parameters_break_no_page(people: People) -> None:
    known, bad = await known_to(people), []
    for who, paths in PAGES.items():
        for path in paths.split():
            more = "utm_source=mail&utm_source=mail&fbclid=%FF&gclid=" + "x" * 500
            plain = await known.answer(who, path)
            answer = await known.answer(who, f"{path}{'&' if '?' in path else '?'}{more}")
            if answer.status_code != plain.status_code or plain.status_code >= 500:
                bad.append((path, plain.status_code, answer.status_code))
    assert not bad


@pytest.mark.long  # every odd value on every page
async def test_what_a_page_only_looks_at_may_be_anything(people: People) -> None:
    known, bad = await known_to(people), []
    for who, path, name in (line.split() for line in LENIENT.strip().splitlines()):
        for odd in ODD:
            answer = await known.answer(who, f"{path}?{odd.replace('{}', name)}")
            if answer.status_code != 200:
                bad.append((path, odd.replace("{}", name)[:40], answer.status_code))
    assert not bad


async def test_odd_and_repeated_parameters_are_answered_as_ever(people: People) -> None:
    known, bad = await known_to(people), []
    for who, address, status, words in ANSWERS:
        answer = await known.answer(who, address)
        if answer.status_code != status or (words and known.named(words) not in answer.text):
            bad.append((address, answer.status_code, words))
    assert not bad


async def test_a_refused_form_is_shown_whatever_stands_in_its_address(people: People) -> None:
    """Forms have no query string in their action; whoever adds one is answered as without it."""
    cora = await people.customer()
    for place in ("/customer/wardrobe", "/customer/virtual-tryon"):
        form = {"csrf_token": await cora.csrf()}
        files = {"nothing": ("", b"", "text/plain")}
        answer = await cora.http.post(f"{place}?isKept=perhaps&category=HATS", data=form, files=files, headers=HTML)
        assert (answer.status_code, "<form" in answer.text) == (422, True), place


async def test_a_figure_alone_is_drawn_without_its_ground(people: People) -> None:
    cora = await people.customer()
    place = "/customer/virtual-tryon/figures/APPLE/DEEP"
    whole, alone, odd = [(await cora.get(place + query)).text for query in ("", "?alone", "?alone=no&alone")]
    assert alone == odd != whole
