// The one way out for sound, and the clock that everything follows.

const AHEAD_S = 1.6; // notes are handed over so long before they sound; timers of a hidden tab run once a second
const EVERY_MS = 120;
const LEAD_S = 0.05;
const FADE_S = 0.012;

const sound = {
  context: null, analyser: null, sampler: null, recorded: new Map(), playing: null,

  // Made at the first play: browsers want a gesture first.
  ready() {
    if (sound.context) return sound.context.resume();
    const context = new AudioContext({ latencyHint: "interactive" });
    const limiter = new DynamicsCompressorNode(context, { threshold: -8, knee: 6, ratio: 12, attack: 0.002, release: 0.15 });
    const analyser = new AnalyserNode(context, { fftSize: 32768 });
    const volume = new GainNode(context, { gain: 0.8 });
    volume.connect(limiter).connect(analyser).connect(context.destination);
    Object.assign(sound, { context, analyser, output: volume, sampler: new Sampler(context) });
    return context.resume();
  },

  // Seconds from the clock to the ear.
  latency: () => sound.context.outputLatency || 0,
};

// One piece, playing or not. `onchange` is told when it starts and stops.
class Playback {
  constructor(piece, onchange) {
    Object.assign(this, { piece, onchange, at: 0, running: false, wanted: false, active: new Set() });
    this.length = piece.seconds;
  }

  get position() {
    if (!this.running) return this.at;
    const now = sound.context.currentTime - this.began - sound.latency();
    return Math.min(this.length, Math.max(this.at, this.at + now));
  }

  async play() {
    if (sound.playing && sound.playing !== this) sound.playing.pause();
    sound.playing = this;
    this.wanted = true;
    this.onchange();
    await sound.ready();
    await this.load();
    if (!this.wanted || this.running) return;
    if (this.at >= this.length - 0.02) this.at = 0;
    this.start();
  }

  load() {
    const id = this.piece.audio;
    if (!id) return sound.sampler.load(this.piece);
    if (!sound.recorded.has(id)) {
      sound.recorded.set(id, sound.context.decodeAudioData(bytesOf(id).buffer).catch(() => null));
    }
    return sound.recorded.get(id).then((buffer) => {
      this.buffer = buffer;
      return buffer || sound.sampler.load(this.piece);
    });
  }

  start() {
    this.began = sound.context.currentTime + LEAD_S;
    this.bus = sound.sampler.bus(sound.output);
    this.running = true;
    if (this.buffer) {
      const source = new AudioBufferSourceNode(sound.context, { buffer: this.buffer });
      source.connect(this.bus.fader);
      source.start(this.began, this.at);
      this.keep(source);
    } else {
      this.next = this.piece.notes.findIndex((note) => note.start >= this.at - 1e-6);
      if (this.next < 0) this.next = this.piece.notes.length;
      for (const note of this.piece.notes.slice(0, this.next)) {
        if (note.end > this.at + 0.05 && !note.drum) this.sounding(note, this.began, this.at - note.start);
      }
      this.hand();
    }
    this.timer = setInterval(() => this.hand(), EVERY_MS);
    this.onchange();
  }

  // Gives the next notes to the sampler; at the end, stops.
  hand() {
    const now = sound.context.currentTime - this.began + this.at;
    const notes = this.piece.notes;
    while (!this.buffer && this.next < notes.length && notes[this.next].start < now + AHEAD_S) {
      const note = notes[this.next++];
      this.sounding(note, this.began + note.start - this.at, 0);
    }
    if (now > this.length + 0.4 + sound.latency()) this.rewind();
  }

  sounding(note, time, late) {
    const source = sound.sampler.note(this.bus, note, this.piece.tracks[note.track][3], time, late);
    if (source) this.keep(source);
  }

  keep(source) {
    this.active.add(source);
    source.addEventListener("ended", () => this.active.delete(source));
  }

  pause() {
    this.wanted = false;
    if (this.running) {
      this.at = this.position;
      this.silence();
    }
    this.onchange();
  }

  rewind() {
    this.pause();
    this.at = 0;
    this.onchange();
  }

  seek(second) {
    const on = this.running;
    if (on) this.silence();
    this.at = Math.min(this.length, Math.max(0, second));
    if (on) this.start();
    else this.onchange();
  }

  // What sounds is faded out, what was handed over is taken back.
  silence() {
    const { bus, active } = this, now = sound.context.currentTime;
    clearInterval(this.timer);
    bus.fader.gain.setTargetAtTime(0, now, FADE_S / 3);
    for (const source of active) source.stop(now + 2 * FADE_S);
    setTimeout(() => bus.fader.disconnect(), 200);
    this.active = new Set();
    this.running = false;
  }
}
