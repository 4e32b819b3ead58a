// data-follows-mailing: the parts of this page (data-part) are fetched again while letters leave; each is put in its
// place when it changed, unless somebody is busy in it. The same templates make both, so there is one truth.
// data-tells: what a screen reader says, only when what it is about changed; not at every look.
const page = document.querySelector("[data-follows-mailing]");

if (page) {
  const voice = page.querySelector("[role=status][data-tells]");

  // Every answer has a form token of its own; that is no change.
  const without = (html) => html.replace(/name="csrf_token" value="[^"]*"/g, "");

  const busyIn = (part) => part.querySelector("details[open], form[data-touched]") !== null;

  // What had the focus, to give it back: the same button of the same form, the same link.
  const whereIs = (element) => {
    const form = element.closest("form");
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (element.matches("a[href]")) return `a[href="${CSS.escape(element.getAttribute("href"))}"]`;
    return form ? `form[action="${CSS.escape(form.getAttribute("action"))}"] ${element.localName}` : element.localName;
  };

  const put = (part, anew) => {
    const focused = part.contains(document.activeElement) ? whereIs(document.activeElement) : "";
    part.replaceWith(anew);
    if (!focused) return;
    anew.tabIndex = -1;
    (anew.querySelector(focused) ?? anew).focus({ preventScroll: true });
  };

  // Returns whether everything stands in its place.
  const show = (html) => {
    let isWhole = true;
    const answer = document.createElement("template");
    answer.innerHTML = html;
    for (const anew of answer.content.querySelectorAll("[data-part]")) {
      const part = page.querySelector(`[data-part="${anew.dataset.part}"]`);
      if (!part || without(part.outerHTML) === without(anew.outerHTML)) continue;
      if (busyIn(part)) isWhole = false;
      else put(part, anew);
    }
    const told = answer.content.querySelector("[data-tells]");
    if (told && voice.dataset.tells !== told.dataset.tells) {
      voice.dataset.tells = told.dataset.tells;
      voice.textContent = told.textContent;
    }
    return isWhole;
  };

  const look = async () => {
    let seconds = 2;
    try {
      if (document.hidden) return;
      const answer = await fetch(page.dataset.followsMailing, { credentials: "same-origin" });
      const again = answer.headers.get("X-Look-Again");
      // Without it this is another page, where one signs in again.
      if (!answer.ok || again === null) return;
      // At the end once more, for who was busy in a part.
      seconds = show(await answer.text()) ? Number(again) : Number(again) || 5;
    } catch {
      // The next look may work; the page says when it was last brought up to date.
    } finally {
      if (seconds) setTimeout(look, 1000 * seconds);
    }
  };

  page.addEventListener("change", (event) => event.target.closest("form")?.setAttribute("data-touched", ""));
  setTimeout(look, 1000);
}
