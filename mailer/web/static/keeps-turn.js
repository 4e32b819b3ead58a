// data-keeps-turn: while the page is open, one's turn to write in this draft is kept. Who reads along sees what changes,
// and may write as soon as the other has gone.
const turn = document.querySelector("[data-keeps-turn]");
const EVERY = 25_000;

if (turn) {
  let changed = "";
  const writing = turn.dataset.mine === "yes";

  const ask = async () => {
    const answer = await fetch(turn.dataset.keepsTurn, {
      method: "POST",
      body: new FormData(turn),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    }).catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json();
    if (!told.draft) return;
    if (writing !== told.mine) return told.mine ? location.reload() : overtaken(told.sentence);
    if (!told.mine && changed && changed !== told.changed) document.dispatchEvent(new CustomEvent("letter-changed"));
    changed = told.changed;
  };

  ask();
  setInterval(ask, EVERY);
}

function overtaken(sentence) {
  const said = document.querySelector("[data-saved]");
  if (!said || said.dataset.tone === "wrong") return;
  said.dataset.tone = "wrong";
  said.querySelector("span").textContent = `${sentence} ${turn.dataset.overtaken}`;
}
