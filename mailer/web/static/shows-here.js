// On a phone a row of tabs is longer than the screen: the tab one is on is brought into sight.
const here = document.querySelector(".tabs [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
