// One modeloid's piece: its roll, its controls, what is known of it.

const clockText = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const counted = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;
const keyName = (pitch) => `${["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"][pitch % 12]}${Math.floor(pitch / 12) - 1}`;

function lettersOf(bytes) {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 4096) letters += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return letters;
}

function build(name, text, more = {}) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  for (const [key, value] of Object.entries(more)) element.setAttribute(key, value);
  return element;
}

class Card {
  constructor(element, label) {
    this.element = element;
    this.label = label;
    const find = (name) => element.querySelector(`.${name}`);
    this.parts = Object.fromEntries(["facts", "legend", "stage", "none", "other", "play", "place", "time", "midi", "source",
      "figures", "score", "original"].map((name) => [name, find(`piece-${name}`)]));
    this.roll = new Roll(find("roll"), (second) => this.playback?.seek(second));
    this.parts.play.addEventListener("click", () => this.toggle());
    this.parts.place.addEventListener("input", () => this.playback?.seek(Number(this.parts.place.value)));
    find("piece-wider").addEventListener("click", () => this.roll.zoomed(1.5));
    find("piece-narrower").addEventListener("click", () => this.roll.zoomed(1 / 1.5));
    this.parts.score.addEventListener("toggle", () => this.engraved());
  }

  get playing() {
    return Boolean(this.playback?.wanted);
  }

  toggle() {
    if (!this.playback) return;
    if (this.playing) this.playback.pause();
    else this.playback.play();
  }

  // Shows a piece, or that there is none; what played goes on with the new one from its beginning.
  show(piece, turn, why) {
    const went = this.playing, music = piece?.kind === "music";
    this.playback?.pause();
    this.playback = null;
    this.piece = piece;
    this.turn = turn;
    const { none, stage, other, facts } = this.parts;
    none.hidden = Boolean(piece);
    none.textContent = piece ? "" : why;
    stage.hidden = !music;
    other.hidden = !piece || music;
    facts.textContent = piece ? this.facts(piece) : "";
    this.figures(piece?.metrics ?? []);
    this.parts.original.textContent = piece?.originality ? `Originality: ${piece.originality}.` : "";
    this.parts.score.hidden = !piece?.score;
    this.engraved();
    if (music) this.music(piece, went);
    else if (piece) this.drawn(piece);
  }

  music(piece, went) {
    const { place, midi, source } = this.parts;
    this.playback = new Playback(piece, () => this.changed());
    place.max = String(piece.seconds || 1);
    this.legend(piece);
    this.roll.zoom = 1;
    this.roll.second = 0;
    this.roll.show(piece);
    this.roll.canvas.setAttribute("aria-label", this.described(piece));
    const name = `${this.label}-${this.turn}-${piece.number + 1}.mid`.replace(/[^\p{L}\p{N}.]+/gu, "-");
    midi.href = `data:audio/midi;base64,${btoa(lettersOf(piece.midi))}`;
    midi.download = name;
    source.textContent = piece.audio ? `recorded with ${piece.rendered}` : "synthesised";
    this.changed();
    if (went) this.playback.play();
  }

  drawn(piece) {
    const { other } = this.parts;
    const picture = piece.kind === "picture";
    const element = picture ? build("img", undefined, { src: piece.source, alt: `Piece ${piece.number + 1} at ${this.turn}` })
      : build(piece.kind === "text" ? "pre" : "p", piece.text);
    if (piece.kind === "text") element.tabIndex = 0;
    other.replaceChildren(element);
  }

  facts(piece) {
    const said = [`Piece ${piece.number + 1}, ${this.turn}`];
    if (piece.kind === "music") {
      said.push(counted(piece.notes.length, "note"), counted(piece.bars.length - 1, "bar"), clockText(piece.seconds), `${Math.round(piece.clock.tempo)} quarters a minute`);
    }
    if (piece.seed !== null && piece.seed !== undefined) said.push(`seed ${piece.seed}`);
    for (const [name, value] of piece.wishes) said.push(`${name} ${value}`);
    return said.join(" · ");
  }

  described(piece) {
    const pitches = piece.notes.filter((note) => !note.drum).map((note) => note.pitch);
    const [low, high] = reach(pitches);
    const range = pitches.length ? `, from ${keyName(low)} to ${keyName(high)}` : "";
    return `Piano roll of piece ${piece.number + 1} of ${this.label} at ${this.turn}: ${counted(piece.notes.length, "note")}${range}`;
  }

  legend(piece) {
    const used = [...new Set(piece.notes.map((note) => note.track))].sort((one, other) => one - other);
    this.parts.legend.replaceChildren(...(used.length < 2 ? [] : used.map((track) => {
      const item = build("li", piece.tracks[track][0].trim() || `track ${track + 1}`);
      item.prepend(build("i", undefined, { style: `background: var(--series${track % 8}, ${FALLBACK[track % 8]})`, "aria-hidden": "true" }));
      return item;
    })));
  }

  figures(metrics) {
    const { figures } = this.parts;
    figures.hidden = !metrics.length;
    figures.querySelector("summary").textContent = `Its own figures (${metrics.length})`;
    figures.querySelector("tbody").replaceChildren(...metrics.map(([name, value]) => {
      const row = build("tr");
      row.append(build("th", name.replaceAll("_", " "), { scope: "row" }), build("td", value));
      return row;
    }));
  }

  // The score is drawn when it is unfolded.
  engraved() {
    const { score } = this.parts, holder = score.querySelector("div");
    if (!score.open || !this.piece?.score) return holder.replaceChildren();
    const source = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(this.piece.score)}`;
    return holder.replaceChildren(build("img", undefined, { src: source, alt: `Score of piece ${this.piece.number + 1} at ${this.turn}` }));
  }

  changed() {
    const { play } = this.parts, playing = this.playing;
    play.classList.toggle("is-playing", playing);
    play.querySelector("span").textContent = playing ? "Pause" : "Play";
    play.setAttribute("aria-label", `${playing ? "Pause" : "Play"} piece ${this.piece.number + 1} of ${this.label}`);
    this.tick(false);
    if (playing) this.follow();
  }

  follow() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.playing) return;
      this.tick(true);
      this.follow();
    });
  }

  tick(follow) {
    const { place, time } = this.parts, second = this.playback.position;
    this.roll.at && this.roll.mark(second, follow);
    place.value = String(second);
    const text = `${clockText(second)} / ${clockText(this.piece.seconds)}`;
    if (time.textContent !== text) {
      time.textContent = text;
      place.setAttribute("aria-valuetext", `${clockText(second)} of ${clockText(this.piece.seconds)}`);
    }
  }
}
