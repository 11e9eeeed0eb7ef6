// The slider over the turns, the choice of the piece, and the keys; everything is wired here.

async function start() {
  const section = document.getElementById("pieces");
  if (!section || !document.getElementById("pieces-data")) return;
  const data = await unpack("pieces-data");
  const cards = [...section.querySelectorAll(".piece")].map((element, place) => new Card(element, data.stories[place]));
  const slider = section.querySelector(".turns input"), name = section.querySelector(".turns output");
  const choices = [...section.querySelectorAll(".choice input")];
  const here = { turn: data.turns.length - 1, number: 0 };

  const piece = (story, turn = here.turn, number = here.number) => data.piece(story, turn, number);
  const missing = (story) => {
    const made = choices.some((_, number) => piece(story, here.turn, number));
    return made ? `No piece ${here.number + 1} at this turn.` : "None at this turn.";
  };

  function show() {
    const turn = data.turns[here.turn];
    name.textContent = turn;
    slider.setAttribute("aria-valuetext", turn);
    thumbnails();
    cards.forEach((card, story) => card.show(piece(story), data.own[story][here.turn], missing(story)));
  }

  function thumbnails() {
    choices.forEach((choice, number) => {
      const first = cards.map((_, story) => piece(story, here.turn, number)).find(Boolean);
      thumbnail(choice.parentElement.querySelector("canvas"), first);
      choice.parentElement.classList.toggle("is-missing", !first);
    });
  }

  slider.value = String(here.turn);
  slider.addEventListener("input", () => { here.turn = Number(slider.value); show(); });
  choices.forEach((choice, number) => choice.addEventListener("change", () => { here.number = number; show(); }));
  const redraw = () => { thumbnails(); cards.forEach((card) => card.roll.later()); };
  for (const media of ["(prefers-color-scheme: dark)", "print"]) matchMedia(media).addEventListener("change", redraw);
  document.addEventListener("theme", redraw);

  // Space plays and pauses where it means nothing else.
  section.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, summary, a, input[type=checkbox]")) return;
    const own = cards.find((card) => card.element.contains(event.target));
    const card = own ?? cards.find((each) => each.playing) ?? cards.find((each) => each.playback);
    if (!card?.playback) return;
    event.preventDefault();
    card.toggle();
  });
  if (choices[0]) choices[0].checked = true;
  show();
  section.dataset.ready = "yes";
  window.modeloidPieces = { data, cards, sound, boxOf, here, Sampler };
}

start();
