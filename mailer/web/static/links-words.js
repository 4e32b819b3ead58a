// The row below an editor's buttons in which words get the address they lead to. `deed` begins a deed of the editor.
import { button, element } from "./makes-buttons.js";

export function linkRow(words, editor, deed) {
  const box = element("div", { className: "rich-link", hidden: true });
  const label = element("label", { textContent: words.linkLabel });
  const input = element("input", { className: "input", type: "text", inputMode: "url", autocomplete: "off" });
  const wrong = element("p", { className: "error", role: "alert", hidden: true, textContent: words.linkWrong });
  const set = button(words.linkSet, put);
  const away = button(words.linkAway, takeAway);
  const opener = button(words.link, () => (box.hidden ? open() : close()));
  opener.setAttribute("aria-expanded", "false");
  label.append(input);
  box.append(label, wrong, set, away);
  // What is typed here is no change of the text yet.
  input.addEventListener("input", (event) => event.stopPropagation());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      put();
    }
    if (event.key === "Escape") close();
  });
  return { box, opener };

  function open() {
    input.value = editor.getAttributes("link").href ?? "";
    refuse(false);
    away.hidden = !editor.isActive("link");
    show(true);
    input.focus();
  }

  function close() {
    show(false);
    editor.view.focus();
  }

  function show(isOpen) {
    box.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
  }

  function refuse(isWrong) {
    wrong.hidden = !isWrong;
    input.setAttribute("aria-invalid", String(isWrong));
  }

  function put() {
    const href = asAddress(input.value);
    refuse(href === null);
    if (href === null) return input.focus();
    close();
    if (!href) return;
    const isBare = editor.state.selection.empty && !editor.isActive("link");
    if (isBare) deed().insertContent(itself(href)).run();
    else deed().extendMarkRange("link").setLink({ href }).run();
  }

  function takeAway() {
    close();
    deed().extendMarkRange("link").unsetLink().run();
  }
}

function itself(href) {
  return [{ type: "text", text: href.replace(/^mailto:/, ""), marks: [{ type: "link", attrs: { href } }] }];
}

// Null: nobody would arrive anywhere. The server says so too, in "Controle".
function asAddress(typed) {
  const address = typed.trim();
  if (/\s/.test(address)) return null;
  if (!address || /^(https?:|mailto:|\[\[)/i.test(address)) return address;
  if (!/^[^/]+\.[^/]/.test(address)) return null;
  return /^[^/]+@[^/]+$/.test(address) ? `mailto:${address}` : `https://${address}`;
}
