// data-rich: a textarea becomes a small editor (TipTap, decision 0084) for bold, slanted, lists and links. The server
// cleans what it writes. Without the editor's file, or without any script, one types a small markup in the textarea.
import { linkRow } from "./links-words.js";
import { button, element } from "./makes-buttons.js";
import { tidy } from "./tidies-pasted.js";

const SLOT = /\[\[([a-z][a-z_.]*)\]\]/;
const MAY_LEAD_TO = /^(?:https?:\/\/[^\s/]|mailto:[^\s@]+@|\[\[link\.)/i;
const areas = [...document.querySelectorAll("textarea[data-rich]")];

if (areas.length) {
  import("./vendor/tiptap.js").then(
    (tiptap) => areas.forEach((area) => edit(area, tiptap)),
    () => areas.forEach(explainMarkup),
  );
}

function edit(area, tiptap) {
  const words = area.dataset;
  const slots = JSON.parse(words.slots);
  const writing = document.activeElement === area;
  // Who was quicker than this script and typed there already keeps those words.
  area.value = area.value === area.defaultValue ? words.html : asHtml(area.value);
  const holder = element("div", { className: "rich-holder" });
  const editor = new tiptap.Editor({
    element: holder,
    extensions: pieces(tiptap, slots),
    content: dressed(asHtml(area.value), slots),
    // Our policy allows no style from a script; mailings.css has what it needs.
    injectCSS: false,
    editorProps: { attributes: attributesOf(area), transformPastedHTML: tidy },
    onUpdate: keep,
  });

  const toolbar = element("div", { className: "rich-bar", role: "toolbar" });
  toolbar.setAttribute("aria-label", words.toolbar);
  const link = linkRow(words, editor, deed);
  const states = [
    [button(words.bold, () => deed().toggleBold().run()), "bold"],
    [button(words.italic, () => deed().toggleItalic().run()), "italic"],
    [button(words.list, () => deed().toggleBulletList().run()), "bulletList"],
    [button(words.numbers, () => deed().toggleOrderedList().run()), "orderedList"],
  ];
  const greeting = button(words.greeting, () =>
    deed().insertContent({ type: "slot", attrs: { name: "mailbox.greeting" } }).run(),
  );
  const back = button(words.undo, () => deed().undo().run());
  toolbar.append(...states.map(([one]) => one), link.opener, greeting, back);
  walkByArrows(toolbar);

  area.hidden = true;
  area.after(toolbar, link.box, holder);
  document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => editor.commands.focus());
  // Only now: the buttons came after the editor they work on.
  editor.on("transaction", showStates);
  if (writing) editor.commands.focus("end");
  showStates();

  function deed() {
    // At once: TipTap's own focus() waits a moment, and who types on would lose letters.
    editor.view.focus();
    return editor.chain();
  }

  function keep() {
    const html = editor.isEmpty ? "" : undressed(editor.getHTML());
    if (area.value === html) return;
    area.value = html;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function showStates() {
    for (const [one, name] of states) one.setAttribute("aria-pressed", String(editor.isActive(name)));
    link.opener.classList.toggle("is-here", editor.isActive("link"));
    back.setAttribute("aria-disabled", String(!editor.can().undo()));
  }
}

function pieces(tiptap, slots) {
  const link = tiptap.Link.configure({
    openOnClick: false,
    defaultProtocol: "https",
    // "19.30.De zaal …" is no address: only what is clearly meant as one becomes a link by itself.
    shouldAutoLink: (typed) => /^(?:https?:\/\/|www\.)|@/i.test(typed),
    isAllowedUri: (address) => MAY_LEAD_TO.test(address ?? ""),
    HTMLAttributes: { target: null, rel: null, class: null },
  });
  // Tab walks on to the next field, also from a list: a key that indents would keep people in here.
  const item = tiptap.ListItem.extend({
    addKeyboardShortcuts() {
      return { Enter: () => this.editor.commands.splitListItem(this.name) };
    },
  });
  const { Document, Paragraph, Text, Bold, Italic, BulletList, OrderedList, HardBreak, UndoRedo } = tiptap;
  return [Document, Paragraph, Text, Bold, Italic, BulletList, OrderedList, item, HardBreak, UndoRedo, link, slotNode(tiptap, slots)];
}

// A slot ([[mailbox.greeting]]) shows as a small tile that says what it will become; what is kept is the slot.
function slotNode(tiptap, slots) {
  return tiptap.Node.create({
    name: "slot",
    group: "inline",
    inline: true,
    atom: true,
    addAttributes: () => ({
      name: { parseHTML: (tile) => tile.dataset.slot, renderHTML: ({ name }) => ({ "data-slot": name }) },
    }),
    parseHTML: () => [{ tag: "span[data-slot]" }],
    renderHTML: ({ node, HTMLAttributes }) => ["span", { ...HTMLAttributes, class: "slot" }, slots[node.attrs.name] ?? node.attrs.name],
    renderText: ({ node }) => `[[${node.attrs.name}]]`,
  });
}

function attributesOf(area) {
  const told = { class: "textarea rich-text", role: "textbox", "aria-multiline": "true", "aria-labelledby": `${area.id}-label` };
  // Words in another language are written in its direction, and read aloud in its voice.
  for (const name of ["aria-describedby", "aria-invalid", "lang", "dir"]) {
    if (area.hasAttribute(name)) told[name] = area.getAttribute(name);
  }
  return told;
}

function dressed(html, slots) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const parts = text.data.split(SLOT);
    if (parts.length === 1) continue;
    text.replaceWith(...parts.map((part, at) => (at % 2 === 0 ? part : slots[part] ? tile(part) : `[[${part}]]`)));
  }
  return page.body.innerHTML;
}

function tile(name) {
  const made = element("span", {});
  made.dataset.slot = name;
  return made;
}

// As the server keeps it: slots as slots, and an item of a list without a paragraph in it.
function undressed(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const one of page.querySelectorAll("[data-slot]")) one.replaceWith(`[[${one.dataset.slot}]]`);
  for (const item of page.querySelectorAll("li")) {
    const paragraphs = [...item.children].filter((one) => one.localName === "p");
    paragraphs.forEach((one, at) => one.replaceWith(...(at ? [element("br", {})] : []), ...one.childNodes));
  }
  for (const last of page.querySelectorAll("p:last-child:empty")) last.remove();
  return page.body.innerHTML;
}

function walkByArrows(toolbar) {
  toolbar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...toolbar.children];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    event.preventDefault();
  });
}

function explainMarkup(area) {
  const help = area.parentElement.querySelector("[data-rich-help]");
  if (help) help.hidden = false;
}

function asHtml(text) {
  if (/<\/?(p|br|strong|em|a|ul|ol|li)\b/i.test(text)) return text;
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((part) => `<p>${escaped(part).replaceAll("\n", "<br>")}</p>`)
    .join("");
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
