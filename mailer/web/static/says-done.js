// data-says: a status that is said aloud once the page stands. Its words stand there from the start, for who has no
// script; a screen reader only tells what changes later.
for (const place of document.querySelectorAll("[data-says]")) {
  setTimeout(() => (place.textContent = place.dataset.says), 300);
}
