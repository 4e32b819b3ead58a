// data-rich: a textarea becomes a small editor for bold, slanted, lists and links. The server cleans what it writes.
// A slot ([[mailbox.greeting]]) shows as a small tile that says what it will become; what is kept is the slot.
// Something to put the caret in beside a tile; never kept.
const GAP = "\u200b";

for (const area of document.querySelectorAll("textarea[data-rich]")) edit(area);

function edit(area) {
  const words = area.dataset;
  const editor = element("div", { className: "textarea rich-text", role: "textbox", tabIndex: 0 });
  editor.contentEditable = "true";
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-labelledby", `${area.id}-label`);
  // Words in another language are written in its direction, and read aloud in its voice.
  for (const name of ["lang", "dir"]) if (area.hasAttribute(name)) editor.setAttribute(name, area.getAttribute(name));
  if (area.hasAttribute("aria-describedby")) editor.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  // Without this script one types a small markup there; from here on it holds HTML.
  // Who was quicker than this script and typed there already keeps those words.
  area.value = area.value === area.defaultValue ? words.html : asHtml(area.value);
  editor.innerHTML = asHtml(area.value);
  const slots = JSON.parse(words.slots);
  dress(editor, slots);
  document.execCommand("defaultParagraphSeparator", false, "p");

  const toolbar = element("div", { className: "rich-bar", role: "toolbar" });
  toolbar.setAttribute("aria-label", words.toolbar);
  const row = linkRow(words);
  const states = [
    [button(words.bold, () => command("bold")), "bold"],
    [button(words.italic, () => command("italic")), "italic"],
    [button(words.list, () => command("insertUnorderedList")), "insertUnorderedList"],
  ];
  const link = button(words.link, () => askLink());
  link.setAttribute("aria-expanded", "false");
  const greeting = button(words.greeting, () => command("insertHTML", `${tile("mailbox.greeting", slots).outerHTML}${GAP}`));
  toolbar.append(...states.map(([one]) => one), link, greeting);
  walkByArrows(toolbar);

  area.hidden = true;
  area.after(toolbar, row.box, editor);
  document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => editor.focus());

  editor.addEventListener("input", keep);
  editor.addEventListener("paste", (event) => {
    event.preventDefault();
    command("insertHTML", asHtml(event.clipboardData.getData("text/plain")));
  });
  document.addEventListener("selectionchange", () => {
    if (!editor.contains(document.getSelection().anchorNode)) return;
    for (const [one, name] of states) one.setAttribute("aria-pressed", String(document.queryCommandState(name)));
  });

  function command(name, value) {
    editor.focus();
    document.execCommand(name, false, value);
    keep();
  }

  function keep() {
    const html = editor.textContent.trim() ? undressed(editor) : "";
    if (area.value === html) return;
    area.value = html;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  let chosen = null;

  function askLink() {
    const selection = document.getSelection();
    chosen = selection.rangeCount && editor.contains(selection.anchorNode) ? selection.getRangeAt(0) : null;
    const old = selection.anchorNode?.parentElement?.closest("a");
    row.input.value = old && editor.contains(old) ? old.getAttribute("href") : "";
    row.away.hidden = !old;
    row.box.hidden = !row.box.hidden;
    link.setAttribute("aria-expanded", String(!row.box.hidden));
    if (!row.box.hidden) row.input.focus();
  }

  function putLink() {
    const address = asAddress(row.input.value);
    close();
    if (!address) return;
    if (chosen?.collapsed !== false) command("insertHTML", `<a href="${escaped(address)}">${escaped(address)}</a>`);
    else command("createLink", address);
  }

  function takeLinkAway() {
    close();
    const old = document.getSelection().anchorNode?.parentElement?.closest("a");
    if (!old) return;
    old.replaceWith(...old.childNodes);
    keep();
  }

  function close() {
    row.box.hidden = true;
    link.setAttribute("aria-expanded", "false");
    editor.focus();
    if (!chosen) return;
    const selection = document.getSelection();
    selection.removeAllRanges();
    selection.addRange(chosen);
  }

  row.set.addEventListener("click", putLink);
  row.away.addEventListener("click", takeLinkAway);
  row.input.addEventListener("input", (event) => event.stopPropagation());
  row.input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      putLink();
    }
    if (event.key === "Escape") close();
  });
}

function dress(editor, slots) {
  const walker = document.createTreeWalker(editor, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const pieces = text.data.split(/\[\[([a-z][a-z_.]*)\]\]/);
    if (pieces.length === 1) continue;
    text.replaceWith(
      ...pieces.map((piece, at) => (at % 2 === 0 ? piece || GAP : slots[piece] ? tile(piece, slots) : `[[${piece}]]`)),
    );
  }
}

function undressed(editor) {
  const copy = editor.cloneNode(true);
  for (const one of copy.querySelectorAll("[data-slot]")) one.replaceWith(`[[${one.dataset.slot}]]`);
  return copy.innerHTML.replaceAll(GAP, "");
}

function tile(name, slots) {
  const made = element("span", { className: "slot", contentEditable: "false", textContent: slots[name] ?? name });
  made.dataset.slot = name;
  return made;
}

function linkRow(words) {
  const box = element("div", { className: "rich-link", hidden: true });
  const label = element("label", { textContent: words.linkLabel });
  const input = element("input", { className: "input", type: "text", inputMode: "url", autocomplete: "off" });
  label.append(input);
  const set = button(words.linkSet, () => {});
  const away = button(words.linkAway, () => {});
  box.append(label, set, away);
  return { box, input, set, away };
}

function button(word, press) {
  const made = element("button", { type: "button", className: "button button-small", textContent: word });
  // Keep the selection in the editor while a button is pressed.
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", press);
  return made;
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

function asHtml(text) {
  if (/<\/?(p|br|strong|em|a|ul|ol|li)\b/i.test(text)) return text;
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((part) => `<p>${escaped(part).replaceAll("\n", "<br>")}</p>`)
    .join("");
}

function asAddress(typed) {
  const address = typed.trim();
  if (!address || /^(https?:|mailto:|\[\[)/i.test(address)) return address;
  return /^[^\s/]+@[^\s/]+$/.test(address) ? `mailto:${address}` : `https://${address}`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function element(name, values) {
  return Object.assign(document.createElement(name), values);
}
