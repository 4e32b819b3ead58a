// data-saves-itself: a form is saved while somebody works in it. The page says when, or that it did not work.
const said = document.querySelector("[data-saved]");
const PAUSE = 700;
const AGAIN = 5000;

for (const form of document.querySelectorAll("form[data-saves-itself]")) {
  let waiting = 0;
  let busy = null;
  let changed = false;
  let failed = false;
  // Something in it cannot be kept as it is, and so nothing of it was: who leaves is told once, then asked by the browser.
  let refused = false;
  let pointedAt = false;

  const save = () => {
    clearTimeout(waiting);
    waiting = 0;
    busy ??= send().finally(() => {
      busy = null;
      if (changed && !waiting) save();
    });
    return busy;
  };

  // Before the page is left: what was typed while the last words were on their way goes too. False: it did not work.
  const settle = async () => {
    while (busy || changed) {
      await (busy ?? save());
      if (failed) return false;
    }
    return mayLeave();
  };

  const mayLeave = () => {
    if (!refused || pointedAt) return true;
    pointedAt = true;
    pointAtWrong(form);
    return false;
  };

  const send = async () => {
    changed = failed = false;
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
        return;
      }
      const told = await answer.json();
      show(form, told.errors ?? {});
      refused = !answer.ok && Boolean(form.querySelector("[data-wrong]"));
      if (told.overtaken) {
        // Somebody else's turn: what is typed is kept in the history of the draft, not in the draft.
        tell(told.overtaken, "wrong");
      } else if (answer.ok) {
        tell(told.saved, "good");
        if (form.elements.seen) form.elements.seen.value = told.seen;
        for (const tool of document.querySelectorAll("[data-after-a-change]")) tool.hidden = false;
        describe(form.dataset.summary, told);
        tellHowItReads(told.reading ?? []);
        document.dispatchEvent(new CustomEvent("letter-changed", { detail: { form } }));
      } else {
        tell(Object.values(told.errors ?? {})[0] ?? said?.dataset.notSaved, "care");
      }
    } catch {
      changed = failed = true;
      tell(said?.dataset.notSaved, "wrong");
      waiting = setTimeout(save, AGAIN);
    }
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    changed = true;
    pointedAt = false;
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
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
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    waiting = 0;
    changed = refused = false;
    if (!busy) return;
    // What is on its way must arrive first: the form tells what it was opened with.
    event.preventDefault();
    await busy;
    changed = refused = false;
    form.requestSubmit(event.submitter);
  });
  // Another button of the page (up, down, undo): what was just typed goes first.
  document.addEventListener("submit", async (event) => {
    if (event.target === form || event.defaultPrevented || !(changed || busy || (refused && !pointedAt))) return;
    event.preventDefault();
    if (await settle()) event.target.requestSubmit(event.submitter);
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed || refused) event.preventDefault();
  });
  // Leaving for another block or step: what was just typed goes along.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    // Another look at the letter leaves nothing.
    if (!link || link.matches("[data-look-as]") || link.target || event.metaKey || event.ctrlKey) return;
    if (!(changed || busy || (refused && !pointedAt))) return;
    event.preventDefault();
    if (await settle()) location.assign(link.href);
  });
}

function tell(sentence, tone) {
  if (!said || !sentence) return;
  said.dataset.tone = tone;
  said.querySelector("span").textContent = sentence;
}

function pointAtWrong(form) {
  tell(said?.dataset.refused, "wrong");
  const field = form.querySelector("[data-wrong]");
  const fold = field.closest("details");
  if (fold) fold.open = true;
  field.querySelector(".ProseMirror, input, select, textarea")?.focus();
}

function describe(which, told) {
  const summary = document.querySelector(`[data-summary-of="${which}"]`);
  if (summary && told.summary) summary.textContent = told.summary;
  const title = document.querySelector("[data-mailing-title]");
  if (title && told.title) title.textContent = told.title;
}

// data-reading: how the text reads, said beside it and not aloud: who writes is not interrupted.
function tellHowItReads(lines) {
  const place = document.querySelector("[data-reading]");
  if (!place) return;
  place.hidden = !lines.length;
  place.querySelector("ul").replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
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
