// data-takes-focus: the error summary takes the focus when the page opens, and its links focus their field.
document.querySelector("[data-takes-focus]")?.focus();

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-takes-focus] a[href^='#']");
  if (!link) return;
  const place = document.getElementById(link.hash.slice(1));
  const field = place?.matches("input, select, textarea") ? place : place?.querySelector("input, select, textarea");
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});
