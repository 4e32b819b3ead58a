// data-drags-blocks: a block in the list is put elsewhere by dragging it. The buttons up and down do the same without.
// The list shows where it will land; letting go sends the form, so that the server has the last word.
const list = document.querySelector("[data-drags-blocks]");

if (list) {
  const form = document.querySelector(list.dataset.dragsBlocks);
  let dragged = null;
  let before = null;

  const blocks = () => [...list.querySelectorAll(":scope > [data-place]")];

  for (const block of blocks()) block.draggable = true;

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-place]");
    if (!dragged) return;
    before = dragged.nextElementSibling;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.dataset.dragged = "";
  });

  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest("[data-place]");
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    list.insertBefore(dragged, below ? over.nextElementSibling : over);
  });

  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const at = blocks().indexOf(dragged);
    const moved = String(at) !== dragged.dataset.at;
    const landed = dragged;
    stop();
    if (!moved) return;
    form.action = landed.dataset.place;
    form.elements.at.value = at;
    form.requestSubmit();
  });

  // Let go somewhere else: it stays where it was.
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    list.insertBefore(dragged, before);
    stop();
  });

  function stop() {
    delete dragged.dataset.dragged;
    dragged = null;
  }
}
