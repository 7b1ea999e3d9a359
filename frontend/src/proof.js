// Checks a proof of the log in the reader's browser, with WebCrypto alone: leaf hash, path to the root (RFC 9162, 2.1.3.2), the Ed25519
// line of the checkpoint, the lines of witnesses. All that needs stands in the page; the published bundle is fetched to compare the entry.
const bytes = (b64) => Uint8Array.from(atob(b64), (sign) => sign.charCodeAt(0));
const joined = (...parts) => parts.reduce((all, part) => Uint8Array.from([...all, ...part]), new Uint8Array());
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const utf8 = (text) => new TextEncoder().encode(text);

/** The text of a note and its lines: name, key id in hex, signature. */
function parsed(note) {
  const cut = note.lastIndexOf("\n\n");
  const lines = note.slice(cut + 2).trim().split("\n").map((line) => {
    const [dash, name, coded] = line.split(" "), data = bytes(coded);
    if (dash !== "—") throw new Error("not a signature line");
    return { name, id: [...data.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(""), data: data.slice(4) };
  });
  return { text: note.slice(0, cut + 1), lines };
}

/** name+id+base64(type and key) */
function key(vkey) {
  const [name, id, ...coded] = vkey.split("+"), data = bytes(coded.join("+"));
  return { name, id, type: data[0], raw: data.slice(1) };
}

/** The root that leaf, index and path give; a path too short or too long gives none. */
async function rootOf(leaf, index, size, path) {
  if (index >= size) return null;
  let fn = BigInt(index), sn = BigInt(size) - 1n, hash = leaf;
  for (const step of path) {
    if (sn === 0n || step.length !== 32) return null;
    if (fn & 1n || fn === sn) {
      hash = await sha256([1], step, hash);
      while (!(fn & 1n) && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
    } else hash = await sha256([1], hash, step);
    fn >>= 1n; sn >>= 1n;
  }
  return sn === 0n ? hash : null;
}

/** Whether the note has a line of this key that fits: true, false, or null where there is no line, or the browser has no Ed25519. */
async function signed(note, vkey) {
  const { name, id, type, raw } = key(vkey), line = note.lines.find((one) => one.name === name && one.id === id);
  if (!line) return null;
  let message = utf8(note.text), signature = line.data;
  if (type === 4) { // a witness signs with a time
    const at = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
    message = utf8(`cosignature/v1\ntime ${at}\n${note.text}`); signature = signature.slice(8);
  }
  let imported;
  try { imported = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]); } catch { return null; }
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

/** All four checks: each true, false, or null for "could not be checked". */
export async function checked({ leaf, hash: given, index, path, note: text, key: vkey, witnesses }) {
  const note = parsed(text), [, size, root] = note.text.split("\n");
  const content = bytes(leaf), hash = await sha256([0], content);
  const found = { leaf: content.length <= 2048 && same(hash, bytes(given)) };
  const computed = await rootOf(hash, Number(index), Number(size), path ? path.split(" ").map(bytes) : []);
  found.path = computed !== null && same(computed, bytes(root));
  const own = await signed(note, vkey);
  found.signature = own === null && note.lines.some((line) => line.name === key(vkey).name) ? null : own === true;
  const others = await Promise.all(witnesses.split(" ").filter(Boolean).map((one) => signed(note, one)));
  found.witnesses = others.includes(false) ? false : others.includes(true) ? true : null;
  return found;
}

/** Where the bundle with this entry is published, for a log of this size: full, and while it is not, as wide as it is. */
function bundlesOf(log, index, size) {
  let n = Math.floor(index / 256), name = String(n % 1000).padStart(3, "0");
  const width = Math.min(256, size - n * 256);
  while ((n = Math.floor(n / 1000))) name = `x${String(n % 1000).padStart(3, "0")}/${name}`;
  const full = `${log}/tile/entries/${name}`;
  return width < 256 ? [`${full}.p/${width}`, full] : [full];
}

/** Entry `at` of a bundle: each is two bytes of length, and its content. */
function entryOf(bundle, at) {
  let from = 0;
  for (; at > 0; at--) from += 2 + ((bundle[from] << 8) | bundle[from + 1]);
  const length = (bundle[from] << 8) | bundle[from + 1];
  return bundle.slice(from + 2, from + 2 + length);
}

/** Whether the published entry is the one on the page: null where entries are not public, or nothing answers. */
async function published({ log, leaf, index, note }) {
  const [, size] = parsed(note).text.split("\n");
  for (const address of bundlesOf(log, Number(index), Number(size))) {
    let answer;
    try { answer = await fetch(address, { credentials: "omit", cache: "no-cache" }); } catch { return null; }
    if (answer.ok) return same(entryOf(new Uint8Array(await answer.arrayBuffer()), Number(index) % 256), bytes(leaf));
    if (answer.status !== 404) return null;
  }
  return false;
}

function show(found, seconds) {
  const state = (value) => (value === null ? "unknown" : value ? "yes" : "no");
  for (const name of ["leaf", "path", "signature", "witnesses"]) {
    const value = found[name], place = document.querySelector(`[data-check="${name}"]`), said = place.querySelector("p").dataset[state(value)];
    place.querySelector("[data-sign]").replaceChildren(...document.querySelector(`[data-drawn="${state(value)}"]`).cloneNode(true).childNodes);
    if (said) place.querySelector("p").textContent = said;
    place.dataset.state = state(value);
  }
  const verdict = document.querySelector("[data-verdict]"), { leaf, path, signature, witnesses } = found;
  const failed = [leaf, path, signature, witnesses].includes(false);
  if (found.leaf === false && found.other) document.querySelector('[data-check="leaf"] p').textContent = document.querySelector('[data-check="leaf"] p').dataset.other;
  verdict.textContent = verdict.dataset[failed ? "no" : signature === null ? "part" : "yes"];
  const title = document.querySelector("[data-title]"), took = document.querySelector("[data-took]");
  title.textContent = title.dataset.title;
  took.textContent = took.dataset.text.replace("{s}", seconds.toFixed(2));
}

const section = document.querySelector("[data-proof]");
if (section && globalThis.crypto?.subtle) {
  const begun = performance.now();
  Promise.all([checked(section.dataset), published(section.dataset)])
    .then(([found, told]) => ({ ...found, leaf: found.leaf && told !== false, other: found.leaf && told === false }))
    .catch(() => ({ leaf: false, path: false, signature: false, witnesses: null }))
    .then((found) => show(found, (performance.now() - begun) / 1000));
}
