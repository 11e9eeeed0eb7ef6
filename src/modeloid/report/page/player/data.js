// Unpacks the block that the page carries: pieces as numbers, their files and scores.

const bytesOf = (id) => Uint8Array.from(atob(document.getElementById(id).textContent), (letter) => letter.charCodeAt(0));

async function unpack(id) {
  const stream = new Blob([bytesOf(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const all = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(all.buffer).getUint32(0, true);
  const content = JSON.parse(new TextDecoder().decode(all.subarray(4, 4 + length)));
  const files = all.subarray(4 + length);
  const text = (part) => new TextDecoder().decode(part).replace("<!--font-->", () => content.font);
  for (const piece of content.pieces) {
    for (const part of ["midi", "score"]) {
      if (piece[part]) piece[part] = files.subarray(piece[part][0], piece[part][0] + piece[part][1]);
    }
    if (piece.score) piece.score = text(piece.score);
  }
  const places = new Map(content.cells.map(([story, turn, number, place]) => [`${story} ${turn} ${number}`, place]));
  // The piece of a modeloid at a turn, or nothing; its notes are laid out when it is first asked for.
  content.piece = (story, turn, number) => {
    const piece = content.pieces[places.get(`${story} ${turn} ${number}`)];
    if (piece?.kind === "music" && !piece.notes) expand(piece);
    return piece;
  };
  return content;
}

// The last entry of an ascending list whose value is not above another; -1 where there is none.
function lastBelow(list, key, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle][key] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// Columns to a list of notes, in ticks, beats (quarters) and seconds.
function expand(piece) {
  const clock = clockOf(piece), pedals = piece.tracks.map((_, track) => piece.pedals.filter(([of]) => of === track));
  let tick = 0;
  piece.notes = piece.onset.map((wait, place) => {
    tick += wait;
    const end = tick + piece.length[place], track = piece.track[place];
    return {
      tick, ticks: piece.length[place], pitch: piece.pitch[place], velocity: piece.velocity[place], track,
      drum: piece.tracks[track][2], beat: tick / piece.tpq, beats: piece.length[place] / piece.tpq,
      start: clock.seconds(tick), end: clock.seconds(held(pedals[track], end)),
    };
  });
  piece.clock = clock;
  piece.beats = piece.notes.reduce((end, note) => Math.max(end, note.beat + note.beats), 0);
  piece.seconds = clock.seconds(piece.beats * piece.tpq);
  piece.bars = barsOf(piece);
}

// A note sounds on while the pedal of its track is down.
function held(pedals, end) {
  const [, tick, ticks] = pedals[lastBelow(pedals, 1, end)] ?? [0, end, 0];
  return Math.max(end, tick + ticks);
}

// Ticks to seconds and back, through the changes of tempo; 120 quarters a minute until one says else.
function clockOf(piece) {
  const spans = [{ tick: 0, second: 0, each: 500000 / 1e6 / piece.tpq }];
  for (const [tick, micros] of [...piece.tempos].sort((one, other) => one[0] - other[0])) {
    const last = spans[spans.length - 1], each = micros / 1e6 / piece.tpq;
    if (tick <= last.tick) last.each = each;
    else spans.push({ tick, second: last.second + (tick - last.tick) * last.each, each });
  }
  const within = (value, key) => spans[Math.max(0, lastBelow(spans, key, value))];
  return {
    seconds: (tick) => { const span = within(tick, "tick"); return span.second + (tick - span.tick) * span.each; },
    beat: (second) => { const span = within(second, "second"); return (span.tick + (second - span.second) / span.each) / piece.tpq; },
    tempo: 60 / (spans[0].each * piece.tpq),
  };
}

// Where bars begin and how long their beats are, in quarters; the last entry is the end. 4/4 until a meter says else.
function barsOf(piece) {
  const meters = new Map([[0, [4, 1]]]);
  for (const [tick, top, bottom] of piece.meters) {
    meters.set(tick / piece.tpq, [4 * top / bottom, (4 / bottom) * (bottom >= 8 && top % 3 === 0 ? 3 : 1)]);
  }
  const changes = [...meters.keys()].sort((one, other) => one - other), end = Math.max(piece.beats, 1e-6), bars = [];
  changes.forEach((change, place) => {
    const [length, beat] = meters.get(change), stop = Math.min(changes[place + 1] ?? Infinity, end);
    for (let at = change; at < stop - 1e-9; at += length) bars.push({ at, beat, length });
  });
  const last = bars[bars.length - 1];
  return [...bars, { at: last.at + last.length, beat: last.beat, length: last.length }];
}
