// data-takes-pictures: a picture may also be pasted, or dropped anywhere on the page. It goes into the field for files,
// as if it was chosen there; the server judges it. Of several at once none is taken. Without script one chooses a file.
const input = document.querySelector("[data-takes-pictures]");
const holdsFile = (event) => event.dataTransfer?.types.includes("Files");

// Else the browser would open a file that is dropped, and the page with what was typed would be gone.
for (const what of ["dragover", "drop"]) {
  document.addEventListener(what, (event) => {
    if (holdsFile(event) && event.target.type !== "file") event.preventDefault();
  });
}

if (input) {
  const place = input.closest(".field");
  place.querySelector("[data-takes-pictures-help]").hidden = false;

  const refusal = place.querySelector("[data-refusal]");
  // A file that is too large would end on a page that says so, and what was typed last with it.
  document.addEventListener("change", (event) => {
    if (event.target !== input) return;
    const isTooBig = [...input.files].some((file) => file.size > Number(input.dataset.most));
    refusal.textContent = isTooBig ? refusal.dataset.tooBig : "";
    if (!isTooBig) return;
    event.stopImmediatePropagation();
    input.value = "";
  }, true);

  // A block shows one picture: which of several, only who gives them knows.
  const take = (files) => {
    if (files.length > 1) {
      refusal.textContent = refusal.dataset.tooMany;
      refusal.scrollIntoView({ block: "nearest" });
      return;
    }
    const chosen = new DataTransfer();
    chosen.items.add(files[0]);
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // Programs that write put a picture of the words beside the words: then it is the words that are meant.
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take(files);
  }, true);

  document.addEventListener("dragover", (event) => {
    if (holdsFile(event)) place.dataset.over = "";
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) delete place.dataset.over;
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    delete place.dataset.over;
    if (event.target !== input && event.dataTransfer.files.length) take(event.dataTransfer.files);
  });
}
