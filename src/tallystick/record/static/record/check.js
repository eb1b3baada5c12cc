// Checks in the visitor's own browser that a line is in the published record. No framework, nothing from elsewhere.
// It reads the published files as anybody can (c2sp.org/tlog-tiles) and trusts nothing that the page computed:
// hashes are RFC 6962 over SHA-256, the signature is a signed note's Ed25519.

const WIDTH = 256;
const HASH = 32;

class Wrong extends Error {
  // key: which of the page's sentences says it; lie: the record is wrong (else: the check could not be done).
  constructor(key, lie, values = {}) {
    super(key);
    this.key = key;
    this.lie = lie;
    this.values = values;
  }
}

const sha256 = async (...parts) => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
};
const leafHash = (entry) => sha256(Uint8Array.of(0), entry);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

function base64(text, file) {
  let plain;
  try {
    plain = atob(text);
  } catch {
    throw new Wrong("malformed", true, { file });
  }
  if (btoa(plain) !== text) throw new Wrong("malformed", true, { file }); // spare bits: one spelling only
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

// One check: what was fetched, each file once.
class Log {
  constructor(prefix) {
    this.prefix = prefix;
    this.tiles = new Map();
  }

  async bytes(path, fallback) {
    let answer;
    try {
      answer = await fetch(this.prefix + path, { credentials: "omit" });
    } catch {
      throw new Wrong("unreachable", false, { file: path });
    }
    if (answer.status === 404 && fallback) return this.bytes(fallback);
    if (!answer.ok) throw new Wrong("unreachable", false, { file: path });
    return new Uint8Array(await answer.arrayBuffer());
  }

  async text(path) {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await this.bytes(path));
  }

  async open() {
    const note = await this.text("checkpoint");
    const gap = note.lastIndexOf("\n\n");
    const lines = note.slice(0, gap).split("\n");
    if (gap < 0 || lines.length < 3 || !/^(0|[1-9][0-9]{0,15})$/.test(lines[1]) || !note.endsWith("\n"))
      throw new Wrong("malformed", true, { file: "checkpoint" });
    this.origin = lines[0];
    this.size = Number(lines[1]);
    this.root = base64(lines[2], "checkpoint");
    this.signed = new TextEncoder().encode(note.slice(0, gap + 1));
    this.signatures = note.slice(gap + 2, -1).split("\n");
  }

  // The name of the key that signed; null where this browser knows no Ed25519.
  async verify() {
    const vkey = (await this.text("vkey")).trim();
    const [name, id, ...rest] = vkey.split("+");
    const blob = base64(rest.join("+"), "vkey");
    const due = (await sha256(new TextEncoder().encode(name + "\n"), blob)).slice(0, 4);
    const hex = Array.from(due, (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (blob.length !== HASH + 1 || blob[0] !== 1 || hex !== id) throw new Wrong("malformed", true, { file: "vkey" });
    if (name !== this.origin) throw new Wrong("wrong-key", true);
    const found = this.signatures
      .filter((line) => line.startsWith(`\u2014 ${name} `))
      .map((line) => base64(line.slice(name.length + 3), "checkpoint"))
      .find((signature) => same(signature.slice(0, 4), due));
    if (!found) throw new Wrong("wrong-key", true);
    let key;
    try {
      key = await crypto.subtle.importKey("raw", blob.slice(1), { name: "Ed25519" }, false, ["verify"]);
    } catch {
      return null;
    }
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, found.slice(4), this.signed)))
      throw new Wrong("not-signed", true);
    return name;
  }

  static path(level, number, width) {
    let groups = String(number % 1000).padStart(3, "0");
    for (let left = Math.floor(number / 1000); left; left = Math.floor(left / 1000))
      groups = `x${String(left % 1000).padStart(3, "0")}/${groups}`;
    return `tile/${level}/${groups}${width === WIDTH ? "" : `.p/${width}`}`;
  }

  width(level, number) {
    return Math.min(WIDTH, Math.floor(this.size / WIDTH ** level) - number * WIDTH);
  }

  async tile(level, number) {
    const width = this.width(level, number);
    const path = Log.path(level, number, width);
    if (!this.tiles.has(path)) {
      const data = await this.bytes(path, Log.path(level, number, WIDTH));
      if (data.length < width * HASH) throw new Wrong("malformed", true, { file: path });
      this.tiles.set(path, data);
    }
    return this.tiles.get(path);
  }

  async entry(index) {
    const number = Math.floor(index / WIDTH);
    const path = Log.path("entries", number, this.width(0, number));
    const data = await this.bytes(path, Log.path("entries", number, WIDTH));
    let at = 0;
    for (let left = index % WIDTH; ; left -= 1) {
      const end = at + 2 + (data[at] << 8) + data[at + 1];
      if (at + 2 > data.length || end > data.length) throw new Wrong("malformed", true, { file: path });
      if (left === 0) return data.slice(at + 2, end);
      at = end;
    }
  }

  // The hash of the lines from start up to, not including, end, which lie under one node or at the right edge.
  async hash(start, end) {
    const size = end - start;
    if (Number.isInteger(Math.log2(size)) && start % size === 0) {
      const level = Math.floor(Math.log2(size) / 8);
      const each = WIDTH ** level;
      const first = start / each;
      const tile = await this.tile(level, Math.floor(first / WIDTH));
      let row = [];
      for (let at = first % WIDTH; row.length < size / each; at += 1) row.push(tile.slice(at * HASH, (at + 1) * HASH));
      while (row.length > 1) {
        const above = [];
        for (let at = 0; at < row.length; at += 2) above.push(await nodeHash(row[at], row[at + 1]));
        row = above;
      }
      return row[0];
    }
    const middle = start + split(size);
    return nodeHash(await this.hash(start, middle), await this.hash(middle, end));
  }

  // The root that this leaf leads to at this index, with the number of steps (RFC 6962, section 2.1.1).
  async climb(index, leaf, start, end) {
    if (end - start === 1) return [leaf, 0];
    const middle = start + split(end - start);
    if (index < middle) {
      const [below, steps] = await this.climb(index, leaf, start, middle);
      return [await nodeHash(below, await this.hash(middle, end)), steps + 1];
    }
    const [below, steps] = await this.climb(index, leaf, middle, end);
    return [await nodeHash(await this.hash(start, middle), below), steps + 1];
  }
}

// The largest power of two below size.
function split(size) {
  let part = 1;
  while (part * 2 < size) part *= 2;
  return part;
}

// JSON with its keys in order, so that two spellings of the same thing compare equal.
function ordered(value) {
  if (Array.isArray(value)) return `[${value.map(ordered).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${ordered(value[key])}`).join()}}`;
}

export async function check(prefix, index, shown, tell) {
  const log = new Log(prefix);
  await log.open();
  tell("checkpoint", { size: log.size });
  const signer = await log.verify();
  if (signer) tell("signed", { name: signer });
  else tell("unsigned");
  if (index >= log.size) throw new Wrong("too-new", false);
  const entry = await log.entry(index);
  const leaf = await leafHash(entry);
  const tile = await log.tile(0, Math.floor(index / WIDTH));
  const place = (index % WIDTH) * HASH;
  const [root, steps] = await log.climb(index, leaf, 0, log.size);
  tell("line", { bytes: entry.length });
  if (!same(tile.slice(place, place + HASH), leaf)) throw new Wrong("not-in-tile", true);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(entry);
  if (ordered(JSON.parse(text)) !== ordered(JSON.parse(shown))) throw new Wrong("not-same", true);
  tell("same");
  if (!same(root, log.root)) throw new Wrong("not-root", true);
  tell("root", { steps });
  return signer !== null;
}

function start(panel) {
  const find = (id) => document.getElementById(id);
  const mark = panel.querySelector(".mark");
  const words = new Map();
  for (const each of find("check-words").content.querySelectorAll("[data-key]"))
    words.set(each.dataset.key, each.textContent.trim());
  const say = (key, values = {}) =>
    Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words.get(key));
  const element = (name, text, kind = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const halves = (state) => {
    mark.classList.remove("met", "apart", "broken");
    mark.classList.add(state);
  };
  find("check-without").hidden = true;
  if (!globalThis.crypto?.subtle) {
    find("check-insecure").hidden = false;
    return;
  }
  const button = find("check-button");
  button.hidden = false;
  let running = false;
  button.addEventListener("click", async () => {
    if (running) return;
    running = true;
    halves("apart");
    const steps = document.createElement("ol");
    const tell = (key, values) => steps.append(element("li", say(key, values)));
    let verdict;
    let state = "met";
    try {
      const signed = await check(panel.dataset.log, Number(panel.dataset.index), find("check-shown").textContent, tell);
      verdict = [element("p", say(signed ? "good" : "good-unsigned"))];
    } catch (error) {
      const wrong = error instanceof Wrong ? error : new Wrong("malformed", true, { file: String(error.message) });
      state = wrong.lie ? "broken" : "apart";
      verdict = [
        element("p", say(wrong.lie ? "bad" : "could-not"), wrong.lie ? "wrong" : ""),
        element("p", say(wrong.key, wrong.values)),
      ];
    }
    halves(state);
    panel.dataset.outcome = state;
    find("check-answer").replaceChildren(...verdict, ...(steps.childElementCount ? [steps] : []));
    running = false;
  });
}

const panel = document.getElementById("check");
if (panel) start(panel);
