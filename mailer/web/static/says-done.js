// data-says: a status that is said aloud once the page stands: what is in it from the start, nobody hears.
const place = document.querySelector("[data-says]");
if (place) setTimeout(() => (place.textContent = place.dataset.says), 300);
