// data-saves-itself: a form is saved while somebody works in it. The page says when, or that it did not work.
const said = document.querySelector("[data-saved]");
const PAUSE = 700;
const AGAIN = 5000;

for (const form of document.querySelectorAll("form[data-saves-itself]")) {
  let waiting = 0;
  let busy = false;
  let changed = false;

  const save = async () => {
    clearTimeout(waiting);
    if (busy) return;
    busy = true;
    changed = false;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (!answer.headers.get("Content-Type")?.includes("json")) {
        // Signed out, or the mailing is no draft any more: trying again would not help.
        tell(said?.dataset.cannotSave, "wrong");
        busy = false;
        return;
      }
      const told = await answer.json();
      show(form, told.errors ?? {});
      if (answer.ok) {
        tell(told.saved, "good");
        describe(form.dataset.summary, told);
        document.dispatchEvent(new CustomEvent("letter-changed", { detail: { form } }));
      } else {
        tell(Object.values(told.errors ?? {})[0] ?? said?.dataset.notSaved, "care");
      }
    } catch {
      changed = true;
      tell(said?.dataset.notSaved, "wrong");
      waiting = setTimeout(save, AGAIN);
    }
    busy = false;
    if (changed && !waiting) save();
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    changed = true;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = 0;
      save();
    }, PAUSE);
  });
  // Who was quicker than this script: what stands in the field one is typing in was not kept yet.
  const typing = document.activeElement;
  if (form.contains(typing) && "defaultValue" in typing && typing.value !== typing.defaultValue) {
    typing.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // A picture takes the whole page along, so that it can be seen.
  form.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    changed = false;
    clearTimeout(waiting);
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  // Leaving for another block or step: what was just typed goes along.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!changed || !link || link.target || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    waiting = 0;
    await save();
    if (!changed) location.assign(link.href);
  });
}

function tell(sentence, tone) {
  if (!said || !sentence) return;
  said.dataset.tone = tone;
  said.querySelector("span").textContent = sentence;
}

function describe(which, told) {
  const summary = document.querySelector(`[data-summary-of="${which}"]`);
  if (summary && told.summary) summary.textContent = told.summary;
  const title = document.querySelector("[data-mailing-title]");
  if (title && told.title) title.textContent = told.title;
}

function show(form, errors) {
  for (const old of form.querySelectorAll("[data-said-error]")) old.remove();
  for (const field of form.querySelectorAll("[data-wrong]")) field.removeAttribute("data-wrong");
  for (const [name, sentence] of Object.entries(errors)) {
    const field = form.elements[name]?.closest?.(".field");
    if (!field) continue;
    const error = document.createElement("p");
    error.className = "error";
    error.dataset.saidError = "";
    error.textContent = sentence;
    field.dataset.wrong = "";
    field.insertBefore(error, field.lastElementChild);
  }
}
