// data-letter: the frame with the letter follows what is typed, at every key, and stays where it was scrolled to.
// data-look-as: look at it as on a computer, as on a phone, in the dark …
// data-block: the letter opens at the block that is being written; a click in the letter opens the block it is of.
const frame = document.querySelector("iframe[data-letter]");

if (frame) {
  let newest = 0;
  let asking = null;

  // What is typed, before it is kept: the server compiles the letter with it and keeps nothing.
  for (const form of document.querySelectorAll("form[data-shows-itself]")) {
    form.addEventListener("input", (event) => {
      if (event.target.type !== "file") follow(form);
    });
  }
  document.addEventListener("letter-changed", (event) => follow(event.detail?.form));

  async function follow(form) {
    asking?.abort();
    asking = new AbortController();
    const mine = ++newest;
    try {
      const answer = await fetch(form ? address(form.dataset.showsItself) : address(frame.dataset.letter), {
        ...(form ? { method: "POST", body: words(form) } : {}),
        credentials: "same-origin",
        signal: asking.signal,
      });
      if (!answer.ok || mine !== newest) return;
      show(await answer.text());
    } catch (problem) {
      if (problem.name !== "AbortError") console.info("The letter could not be shown:", problem.message);
    }
  }

  // The page in the frame keeps its own policy and its scroll; only what stands in it is replaced.
  function show(page) {
    const inside = frame.contentDocument;
    if (!inside?.documentElement) return;
    const top = frame.contentWindow.scrollY;
    // Read by the frame's own document: read by ours, our policy would take the letter's style away.
    inside.documentElement.innerHTML = page;
    frame.contentWindow.scrollTo(0, top);
    frame.dispatchEvent(new CustomEvent("letter-shown"));
  }

  // A comment tells where each block begins (mailings.compiling.rendering): a letter that leaves has none.
  function marks() {
    const inside = frame.contentDocument;
    if (!inside?.documentElement) return [];
    const walker = inside.createTreeWalker(inside.documentElement, NodeFilter.SHOW_COMMENT);
    const found = [];
    while (walker.nextNode()) {
      const block = /^block (\d+)$/.exec(walker.currentNode.data)?.[1];
      if (block) found.push({ block, node: walker.currentNode });
    }
    return found;
  }

  function goToBlock() {
    const mark = marks().find((one) => one.block === frame.dataset.block)?.node;
    let here = mark?.nextSibling;
    while (here && !(here instanceof frame.contentWindow.Element)) here = here.nextSibling;
    if (here) frame.contentWindow.scrollTo(0, here.getBoundingClientRect().top + frame.contentWindow.scrollY - 24);
  }

  function openBlock(event) {
    if (event.target.closest("a")) return;
    const before = marks().filter(({ node }) => node.compareDocumentPosition(event.target) & Node.DOCUMENT_POSITION_FOLLOWING);
    document.querySelector(`[data-opens="${before.at(-1)?.block}"]`)?.click();
  }

  function begin() {
    frame.contentDocument?.addEventListener("click", openBlock);
    const hint = document.querySelector("[data-letter-opens]");
    if (hint) hint.hidden = false;
    goToBlock();
  }

  frame.addEventListener("load", begin);
  if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank") begin();

  function words(form) {
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name);
    return typed;
  }

  function address(path) {
    const target = new URL(path, location.href);
    target.searchParams.set("kijk", frame.closest("[data-look]").dataset.look);
    return target;
  }

  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-look-as]");
    if (!chosen) return;
    event.preventDefault();
    frame.closest("[data-look]").dataset.look = chosen.dataset.lookAs;
    for (const chip of document.querySelectorAll("[data-look-as]")) {
      if (chip === chosen) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
    // Another policy may belong to it (no pictures), so the frame itself is fetched again; then what is being typed.
    const form = document.querySelector("form[data-shows-itself]");
    if (form) frame.addEventListener("load", () => follow(form), { once: true });
    frame.contentWindow.location.replace(address(frame.dataset.letter));
  });
}
