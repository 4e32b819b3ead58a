// data-folds-on-phone: an open <details> that a small screen closes at first, so that the list itself is in sight.
if (matchMedia("(max-width: 44.99rem)").matches) {
  for (const fold of document.querySelectorAll("details[data-folds-on-phone]")) fold.open = false;
}
