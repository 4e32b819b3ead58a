// What Word, Outlook, Google Docs and web pages put on the clipboard, as the few tags that a letter can carry. Pure: HTML
// in, HTML out. Styles are read under another name: as styles, our policy would refuse each of them with a complaint.
const AWAY = "script, style, title, meta, link, xml, template, img, svg, picture, iframe, object, button, input, textarea, select";
const BOLD = /(?:^|[;\s])font-weight\s*:\s*(?:bold|bolder|[6-9]00)/i;
const NOT_BOLD = /(?:^|[;\s])font-weight\s*:\s*(?:normal|[1-4]00)/i;
const SLANTED = /font-style\s*:\s*(?:italic|oblique)/i;
const HIDDEN = /mso-hide\s*:\s*all|display\s*:\s*none/i;
// The sign before an item that Word writes as text.
const WORDS_SIGN = /mso-list\s*:\s*ignore/i;
const LIST_LEVEL = /mso-list\s*:\s*\S+\s+level(\d+)/i;
const NUMBERED = /^\s*(?:\d{1,3}|[a-z]|[ivx]+)[.)]/i;
const STYLE = "data-was-style";
const KEPT = new Set(["p", "br", "strong", "em", "a", "ul", "ol", "li", "span"]);

export function tidy(html) {
  const page = new DOMParser().parseFromString(disarmed(html), "text/html");
  const body = page.body;
  for (const one of body.querySelectorAll(AWAY)) one.remove();
  for (const one of [...body.querySelectorAll(`[${STYLE}]`)]) if (HIDDEN.test(style(one))) one.remove();
  for (const comment of comments(page)) comment.remove();
  makeLists(page);
  for (const row of body.querySelectorAll("tr")) becomeLine(page, row);
  for (const one of [...body.querySelectorAll("*")]) mend(page, one);
  for (const one of [...body.querySelectorAll("*")]) if (!KEPT.has(one.localName)) unwrap(one);
  for (const text of texts(page)) text.data = text.data.replace(/[\u00a0\t\r\n ]+/g, " ").replace(/[\u200b\u00ad]/g, "");
  for (const one of body.querySelectorAll("p, strong, em, li")) if (!one.textContent.trim() && !one.querySelector("br, [data-slot]")) one.remove();
  if (body.querySelector(":scope > :is(p, ul, ol)")) for (const one of body.querySelectorAll(":scope > br")) one.remove();
  return body.innerHTML;
}

// Word and Outlook write an item as a paragraph that tells its list and level, and its sign as text.
function makeLists(page) {
  let open = [];
  for (const paragraph of [...page.body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const level = Number(LIST_LEVEL.exec(style(paragraph))?.[1] ?? 0);
    const sign = [...paragraph.querySelectorAll(`[${STYLE}]`)].find((one) => WORDS_SIGN.test(style(one)));
    if (!level || !sign) {
      open = [];
      continue;
    }
    const kind = NUMBERED.test(sign.textContent) ? "ol" : "ul";
    sign.remove();
    const item = page.createElement("li");
    item.append(...paragraph.childNodes);
    open.length = Math.min(open.length, level);
    if (open.at(-1)?.localName !== kind && open.length === level) open.pop();
    while (open.length < level) {
      const list = page.createElement(kind);
      const within = open.at(-1)?.lastElementChild;
      if (within) within.append(list);
      else paragraph.before(list);
      open.push(list);
    }
    open.at(-1).append(item);
    paragraph.remove();
  }
}

// A row of a table reads as one line; a letter has no tables of its own.
function becomeLine(page, row) {
  const line = page.createElement("p");
  for (const cell of row.children) {
    if (!cell.textContent.trim()) continue;
    if (line.hasChildNodes()) line.append(" · ");
    for (const part of cell.querySelectorAll("p, div, h1, h2, h3, h4, h5, h6, li, ul, ol")) unwrap(part);
    line.append(...cell.childNodes);
  }
  row.replaceWith(line);
}

function mend(page, one) {
  const name = one.localName;
  if (/^h[1-6]$/.test(name)) {
    // A heading is a block of its own in a letter; in a text it is a bold line.
    const strong = page.createElement("strong");
    strong.append(...one.childNodes);
    const line = page.createElement("p");
    line.append(strong);
    one.replaceWith(line);
  } else if (name === "a") {
    const href = address(one.getAttribute("href") ?? "");
    if (href) setOnly(one, "href", href);
    else unwrap(one);
  } else if (name === "span" && one.dataset.slot) {
    setOnly(one, "data-slot", one.dataset.slot);
  } else if (name === "div" && !one.querySelector("p, div, ul, ol, table, li")) {
    rename(page, one, "p");
  } else {
    emphasise(page, one);
  }
}

// Google Docs wraps all of it in a <b> that is not bold, and makes words bold by their style.
function emphasise(page, one) {
  const said = style(one);
  const bold = (["b", "strong"].includes(one.localName) && !NOT_BOLD.test(said)) || BOLD.test(said);
  const slanted = ["i", "em"].includes(one.localName) || SLANTED.test(said);
  const inline = ["b", "strong", "i", "em", "span", "font"].includes(one.localName);
  if (inline) {
    const inner = [...one.childNodes];
    const wraps = [...(bold ? ["strong"] : []), ...(slanted ? ["em"] : [])].map((name) => page.createElement(name));
    wraps.forEach((wrap, at) => wraps[at + 1] && wrap.append(wraps[at + 1]));
    wraps.at(-1)?.append(...inner);
    one.replaceWith(...(wraps.length ? [wraps[0]] : inner));
    return;
  }
  for (const { name } of [...one.attributes]) one.removeAttribute(name);
}

// Links that pass a stranger's counter on their way lead to where they were going.
function address(href) {
  const typed = href.trim();
  if (typed.startsWith("[[link.")) return typed;
  let target;
  try {
    target = new URL(typed);
  } catch {
    return "";
  }
  const passes = /(?:^|\.)safelinks\.protection\.outlook\.com$/.test(target.hostname)
    ? target.searchParams.get("url")
    : /(?:^|\.)google\.[a-z.]+$/.test(target.hostname) && target.pathname === "/url"
      ? target.searchParams.get("q") || target.searchParams.get("url")
      : "";
  if (passes) return address(passes);
  return ["http:", "https:", "mailto:"].includes(target.protocol) ? typed : "";
}

function disarmed(html) {
  const plain = html.replace(/<style\b[^]*?<\/style>|<script\b[^]*?<\/script>/gi, "");
  return plain.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, ` ${STYLE}=`).replace(/\son\w+\s*=/gi, " data-on="));
}

function style(one) {
  return one.getAttribute(STYLE) ?? "";
}

function setOnly(one, name, value) {
  for (const { name: other } of [...one.attributes]) one.removeAttribute(other);
  one.setAttribute(name, value);
}

function rename(page, one, name) {
  const made = page.createElement(name);
  made.append(...one.childNodes);
  one.replaceWith(made);
}

function unwrap(one) {
  one.replaceWith(...one.childNodes);
}

function comments(page) {
  return walked(page, NodeFilter.SHOW_COMMENT);
}

function texts(page) {
  return walked(page, NodeFilter.SHOW_TEXT);
}

function walked(page, what) {
  const walker = page.createTreeWalker(page.body, what);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}
