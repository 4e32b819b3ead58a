// data-follows: a part of the page is fetched again while letters leave or a list is read, and once more at the end.
// data-tells: what a screen reader says of it, a few times in all and not at every look.
const part = document.querySelector("[data-follows]");
const voice = document.querySelector("[data-tells]");
const LOOK_AGAIN = 1500;
const TELL_EVERY = 0.25;

if (part) {
  let told = 0;

  const tell = () => {
    const bar = part.querySelector("progress");
    const quarter = bar ? Math.floor(bar.position / TELL_EVERY) : 0;
    if (!voice || quarter <= told) return;
    told = quarter;
    voice.textContent = part.querySelector("h2")?.textContent ?? "";
  };

  const look = async () => {
    try {
      if (document.hidden) return;
      const answer = await fetch(part.dataset.follows, { credentials: "same-origin" });
      const state = answer.headers.get("X-State");
      // No state: it is another page, where one signs in again.
      if (!answer.ok || !state) return;
      part.innerHTML = await answer.text();
      tell();
      // What can be done, and who had trouble, stands outside this part: another state is another page.
      if (state !== part.dataset.state) location.reload();
    } catch {
      // The next look may work; the page says when it was last brought up to date.
    } finally {
      setTimeout(look, LOOK_AGAIN);
    }
  };
  setTimeout(look, LOOK_AGAIN);
}
