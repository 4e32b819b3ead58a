// data-tick-all: a list of which rows can be ticked. One box ticks all rows on the page; the count says how many.
for (const form of document.querySelectorAll("[data-tick-all]")) {
  const boxes = () => [...form.querySelectorAll("[data-tick]")];
  const all = form.querySelector("[data-tick-every]");
  const count = form.querySelector("[data-tick-count]");
  const everything = form.querySelector("[data-tick-beyond]");

  const tell = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    if (count) count.textContent = count.dataset.words.replace("{n}", ticked);
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && ticked < boxes().length;
    }
  };
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick]") && everything) everything.checked = false;
    tell();
  });
  tell();
}
