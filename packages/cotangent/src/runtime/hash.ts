/**
 * A hash of keys: an integer from 0 on, the same for keys that are the same, NaN and -0 included. Numbers and text are keys
 * by what they are; objects by their identity, of which JavaScript says no number, so that each gets one when it is first
 * asked for. What a copy is made of has another one than the copy.
 */
const halves = new Uint32Array(2);
const double = new Float64Array(halves.buffer);

function spread(h: number): number {
  const mixed = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 15)) & 0x7fffffff;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identityOf(object: object): number {
  let identity = identities.get(object);
  if (identity === undefined) {
    identity = ++lastIdentity;
    identities.set(object, identity);
  }
  return identity;
}

/** The hash of a number, string, boolean or object, or of what is missing. */
export function hashOf(key: unknown): number {
  if (typeof key === "object" && key !== null) return spread(identityOf(key) | 0);
  if (typeof key === "string") {
    let h = 0;
    for (let i = 0; i < key.length; i++) h = (Math.imul(h, 31) + key.charCodeAt(i)) | 0;
    return spread(h);
  }
  const x = Number(key);
  if (x === (x | 0)) return spread(x | 0);
  // It has more than one pattern of bits.
  if (Number.isNaN(x)) return 0;
  double[0] = x;
  return spread((halves[0] as number) ^ Math.imul(halves[1] as number, 31));
}
