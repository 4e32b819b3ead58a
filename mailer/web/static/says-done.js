// data-says: a status that is said aloud once the page stands: what is in it from the start, nobody hears.
for (const place of document.querySelectorAll("[data-says]")) {
  setTimeout(() => (place.textContent = place.dataset.says), 300);
}
