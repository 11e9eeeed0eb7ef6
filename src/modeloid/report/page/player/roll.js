// The piano roll: a canvas as wide as the window onto a drawing as long as the piece; lines at bars and beats,
// tracks in colour, velocity as shade, a row for every drum.

const KEYS_PX = 34, DRUMS_PX = 84, TOP_PX = 16, BOTTOM_PX = 4, GAP_PX = 8, DRUM_ROW_PX = 12;
const BLACK = new Set([1, 3, 6, 8, 10]);
const FALLBACK = ["#0072b2", "#c04e00", "#007f5c", "#b0508a", "#a06a00", "#2a7fb0", "#6b6b12", "#444444"];

// Colours of the page, as they are now: light or dark.
function inkOf(element) {
  const style = getComputedStyle(element);
  const get = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: get("--ink", "#1d2430"), faint: get("--faint", "#5b6675"), line: get("--line", "#d9d5cb"), paper: get("--roll-paper", "#ffffff"),
    band: get("--roll-band", "#f1f1f1"), bar: get("--roll-bar", "#a8a8a8"),
    series: FALLBACK.map((colour, place) => get(`--series${place}`, colour)),
  };
}

// The lowest and the highest of numbers that may be many.
const reach = (numbers) => numbers.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [Infinity, -Infinity]);

// Where everything lies; all in CSS pixels from the drawing's upper left corner.
function geometryOf(piece, beatPx) {
  const pitches = piece.notes.filter((note) => !note.drum).map((note) => note.pitch);
  const drums = [...new Set(piece.notes.filter((note) => note.drum).map((note) => note.pitch))].sort((one, other) => other - one);
  const some = pitches.length > 0 || drums.length === 0;
  const [lowest, highest] = pitches.length ? reach(pitches) : [60, 71];
  const low = some ? Math.max(0, lowest - 2) : 60, high = some ? Math.min(127, highest + 2) : 59;
  const rowPx = Math.min(9, Math.max(4, Math.round(260 / Math.max(1, high - low + 1))));
  const left = drums.length ? DRUMS_PX : KEYS_PX;
  const keysEnd = TOP_PX + (high - low + 1) * rowPx, drumsTop = keysEnd + (drums.length && some ? GAP_PX : 0);
  const end = piece.bars[piece.bars.length - 1].at;
  return {
    beatPx, low, high, rowPx, drums, left, keysEnd, drumsTop, end, top: TOP_PX,
    width: Math.ceil(left + end * beatPx) + 2, height: drumsTop + drums.length * DRUM_ROW_PX + BOTTOM_PX,
  };
}

function boxOf(note, at) {
  const x = at.left + note.beat * at.beatPx;
  if (note.drum) {
    // how long a drum is held means nothing: every stroke has one size
    const y = at.drumsTop + at.drums.indexOf(note.pitch) * DRUM_ROW_PX + 1;
    return { x, y, width: Math.max(3, Math.min(7, at.beatPx / 4)), height: DRUM_ROW_PX - 2 };
  }
  // a sliver of paper keeps repeated notes apart
  return { x, y: at.top + (at.high - note.pitch) * at.rowPx, width: Math.max(1.5, note.beats * at.beatPx - 1), height: at.rowPx };
}

class Roll {
  constructor(holder, onseek) {
    this.holder = holder;
    this.long = holder.querySelector(".roll-long");
    this.canvas = holder.querySelector("canvas");
    this.head = holder.querySelector(".roll-head");
    this.zoom = 1;
    holder.addEventListener("scroll", () => this.later());
    this.long.addEventListener("click", (event) => {
      const x = event.clientX - this.long.getBoundingClientRect().left;
      if (this.piece && event.clientX - holder.getBoundingClientRect().left >= this.at.left) onseek(this.secondAt(x));
    });
    new ResizeObserver(() => this.piece && this.fit()).observe(holder);
  }

  show(piece) {
    this.piece = piece;
    this.holder.scrollLeft = 0;
    this.fit();
  }

  // Short pieces fill the width; of long ones a beat keeps a readable width, and the roll is scrolled.
  fit() {
    const width = this.holder.clientWidth;
    if (!width) return;
    const rough = geometryOf(this.piece, 1), whole = (width - rough.left - 2) / rough.end;
    this.fitting = Math.max(14, Math.min(64, whole));
    this.at = geometryOf(this.piece, this.fitting * this.zoom);
    this.window = width;
    this.long.style.width = `${Math.max(width, this.at.width)}px`;
    this.long.style.height = `${this.at.height}px`;
    const scale = Math.max(1, window.devicePixelRatio || 1);
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(this.at.height * scale);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${this.at.height}px`;
    this.scale = scale;
    this.draw();
    this.mark(this.second ?? 0, false);
  }

  zoomed(factor) {
    const middle = this.holder.scrollLeft + this.window / 2 - this.at.left;
    const before = this.at.beatPx;
    this.zoom = Math.min(6, Math.max(0.25, this.zoom * factor));
    this.fit();
    this.holder.scrollLeft = middle * (this.at.beatPx / before) + this.at.left - this.window / 2;
    this.later();
  }

  secondAt(x) {
    return this.piece.clock.seconds(Math.max(0, (x - this.at.left) / this.at.beatPx) * this.piece.tpq);
  }

  xAt(second) {
    return this.at.left + this.piece.clock.beat(second) * this.at.beatPx;
  }

  later() {
    if (!this.piece || this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.draw(); this.mark(this.second ?? 0, false); });
  }

  // Puts the playhead at a second; while it plays, turns the page when it comes near the edge.
  mark(second, follow) {
    this.second = second;
    const x = this.xAt(second), scrolled = this.holder.scrollLeft;
    if (follow && (x > scrolled + this.window * 0.92 || x < scrolled + this.at.left)) {
      this.holder.scrollLeft = x - this.at.left - this.window * 0.06;
    }
    this.head.style.transform = `translateX(${x.toFixed(2)}px)`;
    this.head.style.visibility = x >= this.holder.scrollLeft + this.at.left - 1 ? "visible" : "hidden";
  }

  draw() {
    const { at, piece, window: width } = this, pen = this.canvas.getContext("2d"), ink = inkOf(this.holder);
    const from = this.holder.scrollLeft, see = (x, wide) => x + wide >= from + at.left - 1 && x <= from + width;
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    pen.fillStyle = ink.paper;
    pen.fillRect(0, 0, width, at.height);
    this.rows(pen, ink, width);
    pen.translate(-from, 0);
    pen.font = "11px system-ui, sans-serif";
    this.bars(pen, ink, see);
    for (const note of piece.notes) {
      const box = boxOf(note, at);
      if (see(box.x, box.width)) this.note(pen, note, box, ink);
    }
    pen.translate(from, 0);
    this.labels(pen, ink);
  }

  rows(pen, ink, width) {
    const { at } = this;
    pen.fillStyle = ink.band;
    for (let pitch = at.low; pitch <= at.high; pitch++) {
      if (BLACK.has(pitch % 12)) pen.fillRect(0, at.top + (at.high - pitch) * at.rowPx, width, at.rowPx);
    }
    at.drums.forEach((_, row) => row % 2 || pen.fillRect(0, at.drumsTop + row * DRUM_ROW_PX, width, DRUM_ROW_PX));
    pen.fillStyle = ink.line;
    for (let pitch = at.low; pitch <= at.high; pitch++) {
      if (pitch % 12 === 0) pen.fillRect(0, at.top + (at.high - pitch + 1) * at.rowPx - 0.5, width, 1);
    }
  }

  bars(pen, ink, see) {
    const { at, piece } = this, tall = at.height - at.top - BOTTOM_PX;
    let free = 0;
    piece.bars.forEach((bar, place) => {
      const x = at.left + bar.at * at.beatPx, last = place === piece.bars.length - 1;
      if (!last && bar.beat * at.beatPx >= 7 && see(x, bar.length * at.beatPx)) {
        pen.fillStyle = ink.line;
        for (let beat = bar.beat; beat < bar.length - 1e-9; beat += bar.beat) {
          if (bar.at + beat < at.end) pen.fillRect(Math.round(x + beat * at.beatPx), at.top, 1, tall);
        }
      }
      pen.fillStyle = ink.bar;
      if (see(x, 1)) pen.fillRect(Math.round(x), at.top, 1, tall);
      const text = String(place + 1), wide = pen.measureText(text).width;
      if (!last && x >= free && x + 2 + wide <= at.width) {
        pen.fillStyle = ink.faint;
        if (see(x, wide)) pen.fillText(text, x + 2, at.top - 4);
        free = x + wide + 10;
      }
    });
  }

  note(pen, note, box, ink) {
    const colour = ink.series[note.track % ink.series.length];
    pen.fillStyle = colour;
    pen.globalAlpha = 0.3 + 0.7 * (note.velocity / 127);
    pen.fillRect(box.x, box.y, box.width, box.height);
    // the onset in full colour, and an edge: a soft note stays to be seen
    pen.globalAlpha = 1;
    pen.fillRect(box.x, box.y, Math.min(1.5, box.width), box.height);
    if (box.width > 3) {
      pen.strokeStyle = colour;
      pen.lineWidth = 0.75;
      pen.strokeRect(box.x + 0.375, box.y + 0.375, box.width - 0.75, box.height - 0.75);
    }
  }

  // Stands still at the left while the notes are scrolled: names of keys and drums.
  labels(pen, ink) {
    const { at } = this;
    pen.fillStyle = ink.paper;
    pen.fillRect(0, 0, at.left, at.height);
    for (let pitch = at.low; pitch <= at.high; pitch++) {
      const y = at.top + (at.high - pitch) * at.rowPx;
      pen.fillStyle = ink.bar;
      if (BLACK.has(pitch % 12)) pen.fillRect(at.left - 9, y, 9, at.rowPx);
      if (pitch % 12 === 0) {
        pen.fillRect(at.left - 9, y + at.rowPx - 0.5, 9, 1);
        pen.fillStyle = ink.ink;
        pen.fillText(`C${pitch / 12 - 1}`, at.left - KEYS_PX + 3, Math.min(at.keysEnd, y + at.rowPx / 2 + 4));
      }
    }
    pen.fillStyle = ink.ink;
    at.drums.forEach((pitch, row) => {
      pen.fillText(this.piece.drums[pitch], 3, at.drumsTop + (row + 1) * DRUM_ROW_PX - 3, at.left - 6);
    });
    pen.fillStyle = ink.bar;
    pen.fillRect(at.left - 1, at.top, 1, at.height - at.top - BOTTOM_PX);
  }
}

// A small picture of a piece for its button: the notes alone.
function thumbnail(canvas, piece) {
  const scale = Math.max(1, window.devicePixelRatio || 1), width = 96, height = 40, pen = canvas.getContext("2d");
  canvas.width = width * scale;
  canvas.height = height * scale;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  if (piece?.kind !== "music" || !piece.notes.length) return;
  const ink = inkOf(canvas), pitches = piece.notes.map((note) => note.pitch);
  const [low, high] = reach(pitches), rows = Math.max(12, high - low + 1);
  const row = (height - 4) / rows, free = (height - 4 - row * (high - low + 1)) / 2;
  for (const note of piece.notes) {
    pen.fillStyle = ink.series[note.track % ink.series.length];
    const x = (note.beat / piece.beats) * width, wide = ((note.drum ? 0 : note.beats) / piece.beats) * width;
    pen.fillRect(x, 2 + free + (high - note.pitch) * row, Math.max(1, wide - 0.3), Math.max(1, row));
  }
}
