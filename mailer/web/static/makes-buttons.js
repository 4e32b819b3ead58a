// The buttons above a text that is being written, and what they are made of.

export function button(word, press) {
  const made = element("button", { type: "button", className: "button button-small", textContent: word });
  // Keep the selection in the editor, and a phone's keyboard open, while a button is pressed.
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", press);
  return made;
}

export function element(name, values) {
  return Object.assign(document.createElement(name), values);
}
