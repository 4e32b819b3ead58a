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
const BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, li, ul, ol";
const KEPT = new Set(["p", "br", "strong", "em", "a", "ul", "ol", "li", "span"]);

export function tidy(html) {
  const page = new DOMParser().parseFromString(disarmed(html), "text/html");
  const body = page.body;
  for (const one of body.querySelectorAll(AWAY)) one.remove();
  for (const one of [...body.querySelectorAll(`[${STYLE}]`)]) if (HIDDEN.test(style(one))) one.remove();
  for (const comment of comments(body)) comment.remove();
  makeLists(page);
  // What is within comes first: a table in a cell is lines by the time its own row is read.
  for (const row of [...body.querySelectorAll("tr")].reverse()) becomeLines(page, row);
  for (const one of [...body.querySelectorAll("*")]) mend(page, one);
  for (const one of [...body.querySelectorAll("*")]) if (!KEPT.has(one.localName)) unwrap(one);
  for (const text of texts(body)) text.data = text.data.replace(/[\u00a0\t\r\n ]+/g, " ").replace(/[\u200b\u00ad]/g, "");
  for (const one of body.querySelectorAll("p, strong, em, li, ul, ol")) if (!one.textContent.trim() && !one.querySelector("br, [data-slot]")) one.remove();
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
    const last = open.at(-1);
    if (last?.localName !== kind && open.length === level) open = open.filter((one) => one !== last);
    while (open.length < level) {
      const above = open.at(-1);
      const within = above?.lastElementChild;
      // Copied without the item it stood below: then one list is both levels, so that items keep their order.
      const list = above && !within ? above : page.createElement(kind);
      if (within) within.append(list);
      else if (!above) paragraph.before(list);
      open.push(list);
    }
    open.at(-1).append(item);
    paragraph.remove();
  }
}

// A letter has no tables of its own. A row of short cells reads as one line; where a cell holds more, or stands alone, the
// table was there to lay out a page, and its cells come below each other.
function becomeLines(page, row) {
  const cells = [...row.children].filter((cell) => cell.textContent.trim());
  if (cells.length < 2 || cells.some(hasMoreThanALine)) {
    for (const cell of cells) gatherLoose(page, cell);
    return;
  }
  const line = page.createElement("p");
  for (const cell of cells) {
    if (line.hasChildNodes()) line.append(" · ");
    for (const part of cell.querySelectorAll(BLOCKS)) unwrap(part);
    line.append(...cell.childNodes);
  }
  row.replaceWith(line);
}

function hasMoreThanALine(cell) {
  const said = texts(cell).filter((text) => text.data.trim());
  return new Set(said.map((text) => text.parentElement.closest(`${BLOCKS}, td, th`))).size > 1;
}

// Words beside the blocks of a cell become a paragraph, or they would run on into those of the next cell.
function gatherLoose(page, cell) {
  let line = null;
  for (const part of [...cell.childNodes]) {
    if (part instanceof Element && (part.matches(BLOCKS) || part.querySelector(BLOCKS))) {
      line = null;
    } else if (line || part.textContent.trim()) {
      if (!line) part.before((line = page.createElement("p")));
      line.append(part);
    }
  }
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
  } else if (name === "div" && !one.querySelector(`${BLOCKS}, table`)) {
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

function comments(within) {
  return walked(within, NodeFilter.SHOW_COMMENT);
}

function texts(within) {
  return walked(within, NodeFilter.SHOW_TEXT);
}

function walked(within, what) {
  const walker = within.ownerDocument.createTreeWalker(within, what);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}
