"""The classes that think for a thread, each alone in a real browser: links, gaps that heal, who is writing, what waits."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.conftest import PageFor
from tests.support.people import People

pytestmark = pytest.mark.browser
EXAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "chat" / "links.json").read_text())

LINKS = """
async (texts) => {
  const { linked } = await import("conversation/linkify.js");
  return texts.map((text) => {
    const p = document.createElement("p");
    p.replaceChildren(...linked(text));
    const links = [...p.querySelectorAll("a")];
    const isKind = links.every((a) => a.rel === "noopener nofollow" && a.target === "_blank" && /^https?:$/.test(a.protocol));
    return { links: links.map((a) => a.getAttribute("href")), text: p.textContent, isKind: isKind && p.children.length === links.length };
  });
}
"""

# Two hundred random hints to one sync: events in any order, double and lost, beats, answers that fail. In the end it is whole.
GAPS = """
async (seed) => {
  const { Sync } = await import("chat/thread/sync.js");
  const chance = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const stored = [];
  const shown = [];
  let asked = 0;
  const ask = async (after) => {
    asked += 1;
    await new Promise((done) => setTimeout(done, chance() * 3));
    if (chance() < 0.3) throw new TypeError("lost");
    const data = stored.filter(({ seq }) => seq > after).slice(0, 5);
    return { data, hasMore: stored.length > after + data.length };
  };
  const sync = new Sync(0, ask, (messages) => shown.push(...messages.map(({ seq }) => seq)), { pause: 1 });
  for (let n = 0; n < 200; n++) {
    if (chance() < 0.6) stored.push({ seq: stored.length + 1 });
    const some = stored[Math.floor(chance() * stored.length)] ?? { seq: 0 };
    if (chance() < 0.5 && stored.length) sync.offer(stored.at(-1));
    if (chance() < 0.2) sync.offer(some);
    if (chance() < 0.1) sync.reach(stored.length);
    if (chance() < 0.1) sync.catchUp();
    if (chance() < 0.3) await new Promise((done) => setTimeout(done, chance() * 4));
  }
  sync.reach(stored.length);
  for (const end = Date.now() + 5000; sync.seq < stored.length && Date.now() < end; ) await new Promise((done) => setTimeout(done, 5));
  return { stored: stored.length, shown };
}
"""

# An old page is shown: nothing is fetched but the next page, until all that follows is there.
OLD_PAGE = """
async () => {
  const { Sync } = await import("chat/thread/sync.js");
  const all = Array.from({ length: 12 }, (_, n) => ({ seq: n + 1 }));
  const shown = [];
  const ask = async (after) => ({ data: all.slice(after, after + 5), hasMore: after + 5 < all.length });
  const sync = new Sync(2, ask, (messages) => shown.push(...messages.map(({ seq }) => seq)), { isWhole: false });
  sync.offer({ seq: 3 });
  sync.reach(12);
  await sync.catchUp();
  const before = shown.length;
  await sync.more();
  const between = [...shown];
  await sync.more();
  return { before, between, shown, isWhole: sync.isWhole };
}
"""

WRITING = """
async () => {
  const { RemoteTyping, Writing, SILENCE } = await import("chat/thread/typing.js");
  const start = performance.now();
  const log = [];
  const at = () => performance.now() - start;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const theirs = new RemoteTyping((isShown) => log.push([isShown ? "shown" : "gone", at()]));
  const mine = new Writing((event) => event === "typing" && theirs.hear()); // their "stop" gets lost
  for (let n = 0; n < 9; n++, await pause(200)) mine.typed();
  const last = at() - 200;
  await pause(SILENCE + 1500);
  return { log: log.map(([what]) => what), silence: log.at(-1)[1] - last };
}
"""

# Three messages, of which the second is refused, to a server that is away at first, said in two outboxes of one chat.
WAITING = """
async () => {
  const { Outbox } = await import("chat/outbox/outbox.js");
  const { Refusal } = await import("shell/api.js");
  const got = [];
  let isAway = true;
  const server = {
    async send({ clientId, content }) {
      await new Promise((done) => setTimeout(done, 5));
      if (isAway) throw new TypeError("lost");
      if (content === "two" && !got.includes("again")) throw new Refusal(422, { code: "INVALID", message: "no", fields: {} });
      got.push(content);
      return { clientId, content };
    },
  };
  const refused = [];
  const one = new Outbox({ me: "cora", chat: "c1", server, tell: { refused: ({ content }) => refused.push(content) } });
  const two = new Outbox({ me: "cora", chat: "c1", server });
  const odile = new Outbox({ me: "odile", chat: "c1", server });
  await one.add({ content: "one" }).kept;
  await two.add({ content: "two" }).kept;
  await one.add({ content: "three" }).kept;
  await Promise.all([one.refresh(), two.refresh(), odile.refresh()]);
  const waiting = [one.waiting, two.waiting, odile.waiting];
  isAway = false;
  await Promise.all([one.flush(), two.flush(), odile.flush()]);
  for (const end = Date.now() + 5000; got.length < 2 && Date.now() < end; ) await new Promise((done) => setTimeout(done, 5));
  await one.refresh();
  const left = one.entries.map(({ content, refused }) => [content, refused.words]);
  await one.discard(one.entries[0].clientId);
  await two.refresh();
  return { waiting, got, refused: [...new Set(refused)].length <= 1, left, after: two.entries.length };
}
"""


@pytest.fixture
async def page(people: People, page_for: PageFor) -> Page:
    """Any page of somebody signed in."""
    page = await page_for(await people.customer())
    await page.goto("/styleguide")
    return page


async def test_links_are_the_same_as_on_the_server(page: Page) -> None:
    found = await page.evaluate(LINKS, [example["text"] for example in EXAMPLES])
    for example, made in zip(EXAMPLES, found, strict=True):
        assert made == {"links": example["links"], "text": example["text"], "isKind": True}, example["why"]


@pytest.mark.long
async def test_every_gap_heals(page: Page) -> None:
    for seed in (7, 1947, 560001):
        told = await page.evaluate(GAPS, seed)
        assert told["shown"] == list(range(1, told["stored"] + 1))


async def test_an_old_page_grows_until_it_is_whole(page: Page) -> None:
    told = await page.evaluate(OLD_PAGE)
    assert told["before"] == 0
    assert told["between"] == [3, 4, 5, 6, 7]
    assert told["shown"] == list(range(3, 13))
    assert told["isWhole"]


@pytest.mark.long
async def test_writing_is_over_after_two_seconds_whatever_gets_lost(page: Page) -> None:
    told = await page.evaluate(WRITING)
    assert told["log"] == ["shown", "gone"]
    assert 1.9 < told["silence"] / 1000 < 3.4


async def test_what_waits_goes_out_in_order_and_a_refusal_blocks_nobody(page: Page) -> None:
    told = await page.evaluate(WAITING)
    assert told["waiting"] == [3, 3, 0]
    assert told["got"] == ["one", "three"]
    assert told["left"] == [["two", "no"]]
    assert told["after"] == 0
