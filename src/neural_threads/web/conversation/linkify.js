// Addresses in what people say become links: http and https only, and only what is the address. web/templates/linkify.py does the same.

// No spaces, quotes, angle brackets, control characters, nor marks that turn the direction of writing and so hide an address.
const ADDRESS =
  /(?<![A-Za-z0-9_])https?:\/\/[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff<>"`]+/gi;
// A host, and before it no name that pretends to be one: https://bank.in@evil.example
const HOST = /^https?:\/\/[^/?#@.:-][^/?#@]*(?:[/?#]|$)/i;
const ENDS = new Set(".,;:!?'*…।॥。、！？，；：’”»");
const OPENER = { ")": "(", "]": "[", "}": "{", "）": "（", "」": "「" };

/** The text as nodes for `replaceChildren(...)`. */
export function linked(text) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = withoutEnding(found[0]);
    if (!HOST.test(address)) continue;
    parts.push(text.slice(done, found.index), link(address));
    done = found.index + address.length;
  }
  return [...parts, text.slice(done)].filter((part) => part !== "");
}

function link(address) {
  const link = document.createElement("a");
  Object.assign(link, { target: "_blank", rel: "noopener nofollow", textContent: address });
  link.setAttribute("href", address);
  return link;
}

/** A full stop ends the sentence, not the address; a bracket that was opened before it is not part of it. */
function withoutEnding(address) {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1];
    const rest = address.slice(0, end);
    const closes = OPENER[last] && rest.split(last).length > rest.split(OPENER[last]).length;
    if (!ENDS.has(last) && !closes) break;
  }
  return address.slice(0, end);
}
