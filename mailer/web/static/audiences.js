// data-audience: a form that counts along while somebody chooses. Its value is the address that gives the numbers; each
// piece of the answer replaces what stands in the element of the same id. Without this script the buttons do the same.
const PAUSE_MS = 250;

for (const form of document.querySelectorAll("form[data-audience]")) {
  let waiting = 0;
  let asking = null;
  form.setAttribute("data-audience-live", "");

  const ask = async (button) => {
    clearTimeout(waiting);
    asking?.abort();
    asking = new AbortController();
    const filled = new FormData(form);
    if (button) filled.set(button.name, button.value);
    form.setAttribute("data-audience-busy", "");
    try {
      const answer = await fetch(form.dataset.audience, { method: "POST", body: filled, signal: asking.signal });
      if (!answer.ok) return;
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      form.removeAttribute("data-audience-busy");
    } catch (problem) {
      if (problem.name !== "AbortError") form.removeAttribute("data-audience-busy");
    }
  };

  const show = (answer) => {
    for (const place of form.querySelectorAll("[data-live]")) {
      const piece = answer.getElementById(place.id);
      if (piece && piece.innerHTML !== place.innerHTML) place.replaceChildren(...piece.childNodes);
    }
    // What is done with a list makes sense only when there is one.
    const isEmpty = !form.querySelector("#audience-list")?.children.length;
    for (const tool of form.querySelectorAll("[data-with-list]")) tool.hidden = isEmpty;
  };

  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask(), PAUSE_MS);
  };

  form.addEventListener("change", (event) => {
    // The tick is seen at once; the word before the chip comes with the answer.
    if (event.target.matches("[data-not]")) {
      event.target.closest("[data-clause]").querySelector("summary").classList.toggle("chip-not", event.target.checked);
    }
    if (!event.target.matches("[name=name], [name^=new-kind], [name=asked], [name^=find], [name=looked-for], [name=search]")) soon();
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) soon();
  });
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const isList = ["tab", "page"].includes(button?.name);
    if (!isList && !(button?.name === "do" && ["count", "explain"].includes(button.value))) return;
    event.preventDefault();
    if (button.name === "tab") form.elements["shown-tab"].value = button.value;
    ask(button).then(() => {
      // The tabs are new elements now; stay on the one that was pressed.
      if (isList) form.querySelector(`button[name=tab][value=${form.elements["shown-tab"].value}]`)?.focus();
    });
  });
}
