// Plays notes from a few vendored samples an instrument: pitch by speed, loudness and brightness by velocity.

const RANGES = [[48, 1600], [80, 4200], [104, 8500]]; // velocities below the first are heard through a filter of so many Hz
const RELEASE_SHARE = 0.3;

class Sampler {
  constructor(context) {
    this.context = context;
    this.zones = JSON.parse(document.getElementById("sound-zones").textContent);
    this.sounds = new Map();
  }

  // Decodes what a piece needs, once; an instrument that the page does not carry is played by the piano.
  load(piece) {
    const names = new Set(piece.tracks.map((track) => this.named(track[3])));
    return Promise.all([...names].map((name) => this.sounds.get(name) ?? this.decode(name)));
  }

  named(name) {
    return this.zones[name] ? name : "piano";
  }

  decode(name) {
    const decoding = this.zones[name]
      ? this.context.decodeAudioData(bytesOf(`sound-${name}`).buffer).catch(() => null)
      : Promise.resolve(null); // a browser without Ogg Vorbis gets plain tones
    this.sounds.set(name, decoding);
    return decoding.then((buffer) => this.sounds.set(name, buffer));
  }

  // What notes of one playback go through: a fader and, for soft notes, filters.
  bus(output) {
    const fader = new GainNode(this.context, { gain: 1 });
    fader.connect(output);
    const filters = RANGES.map(([, frequency]) => {
      const filter = new BiquadFilterNode(this.context, { type: "lowpass", frequency, Q: 0.5 });
      filter.connect(fader);
      return filter;
    });
    return { fader, filters, open: [] };
  }

  // Starts a note at a time of the context; `late` is how much of it is over already. Returns what can be stopped.
  note(bus, note, family, time, late) {
    const name = this.named(family), buffer = this.sounds.get(name);
    const zone = this.zones[name]?.find(([low, high]) => low <= note.pitch && note.pitch <= high);
    if (note.drum && !zone) return null;
    const left = Math.max(0.03, note.end - note.start - late), loud = (note.velocity / 127) ** 1.6;
    const gain = new GainNode(this.context, { gain: note.drum ? 0.9 * loud : loud });
    const place = RANGES.findIndex(([below]) => note.velocity < below);
    gain.connect(place < 0 || note.drum ? bus.fader : bus.filters[place]);
    const source = buffer && zone ? this.sample(buffer, zone, note, gain, time, late) : this.tone(note, gain, time);
    if (note.drum) this.choke(bus, note.pitch, gain, time);
    else {
      const release = zone ? zone[7] : 0.2;
      gain.gain.setTargetAtTime(0, time + left, release * RELEASE_SHARE);
      source.stop(time + left + 2 * release);
    }
    source.onended = () => gain.disconnect();
    return source;
  }

  sample(buffer, [, , root, start, length, loopStart, loopEnd], note, gain, time, late) {
    const rate = 2 ** ((note.drum ? 0 : note.pitch - root) / 12);
    const source = new AudioBufferSourceNode(this.context, { buffer, playbackRate: rate, loop: loopEnd > 0, loopStart, loopEnd });
    source.connect(gain);
    let into = late * rate;
    if (loopEnd > 0) {
      const over = start + into - loopEnd;
      if (over > 0) into = loopStart - start + (over % (loopEnd - loopStart));
      source.start(time, start + into);
    } else source.start(time, start + Math.min(into, length), Math.max(0.001, length - into));
    return source;
  }

  tone(note, gain, time) {
    const source = new OscillatorNode(this.context, { type: "triangle", frequency: 440 * 2 ** ((note.pitch - 69) / 12) });
    gain.gain.value *= 0.25;
    source.connect(gain);
    source.start(time);
    if (note.drum) source.stop(time + 0.05);
    return source;
  }

  // A closed or pedalled hi-hat ends an open one.
  choke(bus, pitch, gain, time) {
    if (pitch === 42 || pitch === 44) {
      for (const open of bus.open) open.gain.setTargetAtTime(0, time, 0.015);
      bus.open = [];
    }
    if (pitch === 46) bus.open.push(gain);
  }
}
