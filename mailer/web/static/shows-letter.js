// data-letter: the frame with the letter is renewed after a change and stays where it was scrolled to.
// data-look-as: look at it as on a computer or as on a phone.
const frame = document.querySelector("iframe[data-letter]");

if (frame) {
  const address = frame.getAttribute("src");
  let waiting = 0;

  document.addEventListener("letter-changed", () => {
    clearTimeout(waiting);
    waiting = setTimeout(renew, 150);
  });

  function renew() {
    const top = frame.contentWindow?.scrollY ?? 0;
    frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, top), { once: true });
    frame.contentWindow?.location.replace(address);
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
  });
}
