// data-follows: a part of the page is fetched again while letters leave, and once more when all have.
const part = document.querySelector("[data-follows]");

if (part) {
  const LOOK_AGAIN = 1500;
  const look = async () => {
    if (document.hidden) return void setTimeout(look, LOOK_AGAIN);
    try {
      const answer = await fetch(part.dataset.follows, { credentials: "same-origin" });
      if (answer.ok) {
        const state = answer.headers.get("X-Mailing-State");
        part.innerHTML = await answer.text();
        // What can be done, and who had trouble, stands outside this part: another state is another page.
        if (state !== part.dataset.state) return void location.reload();
      }
    } catch {
      // The next look may work; the page says when it was last brought up to date.
    }
    setTimeout(look, LOOK_AGAIN);
  };
  setTimeout(look, LOOK_AGAIN);
}
