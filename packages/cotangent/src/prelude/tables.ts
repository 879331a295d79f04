/**
 * `Map` and `Set` (ECMA-262 24.1 and 24.2) as arrays: the keys and the values in the order in which they came, and an
 * index that finds a key's place, by a hash of it. Keys and values are arrays like any other, so derivatives flow through
 * them; the index is made of integers, which steer. `links` has room for as many entries as half its length c: the first
 * half has for each hash the place, plus one, of the last entry with it, the second half for each entry the one before
 * it with its hash; 0 ends a chain, and -1 marks an entry that has been deleted. Entries never move, so that an iteration
 * goes on rightly whatever happens meanwhile: what is added is met, what is deleted is not. Those before `start` have been
 * cleared.
 */
export const tablesText = `
interface Table<K> { readonly keys: K[]; links: Int32Array; count: number; start: number }
interface Mapping<K, V> extends Table<K> { readonly values: V[] }
declare function hashOf(key: unknown): number;

/** SameValueZero: NaN is itself, and 0 is -0. */
function isSameKey<K>(a: K, b: K): boolean {
  return a === b || (a !== a && b !== b);
}
export function placeOf<K>(t: Table<K>, key: K): number {
  const { links, keys } = t;
  const c = links.length / 2;
  let at = links[hashOf(key) & (c - 1)]! - 1;
  while (at >= 0 && !isSameKey(keys[at] as K, key)) at = links[c + at]! - 1;
  return at;
}
export function hasKey<K>(t: Table<K>, key: K): boolean {
  return placeOf(t, key) >= 0;
}
export function getEntry<K, V>(m: Mapping<K, V>, key: K): V | undefined {
  const at = placeOf(m, key);
  return at >= 0 ? (m.values[at] as V) : undefined;
}
/** Where values may be null, and nothing asks whether null or nothing is there. */
function enlarge<K>(t: Table<K>): void {
  const { links, keys } = t;
  const c = links.length;
  const half = c / 2;
  const larger = new Int32Array(2 * c);
  for (let i = 0; i < keys.length; i++) {
    if (links[half + i]! === -1) larger[c + i] = -1;
    else {
      const h = hashOf(keys[i] as K) & (c - 1);
      larger[c + i] = larger[h]!;
      larger[h] = i + 1;
    }
  }
  t.links = larger;
}
function appendKey<K>(t: Table<K>, key: K): void {
  const n = t.keys.length;
  if (2 * n >= t.links.length) enlarge(t);
  const { links } = t;
  const c = links.length / 2;
  const h = hashOf(key) & (c - 1);
  links[c + n] = links[h]!;
  links[h] = n + 1;
  t.count++;
  // A map has no key -0.
  t.keys.push(typeof key === "number" ? ((key + 0) as unknown as K) : key);
}
export function setEntry<K, V>(m: Mapping<K, V>, key: K, value: V): void {
  const at = placeOf(m, key);
  if (at >= 0) replace(m.values, at, value);
  else {
    appendKey(m, key);
    m.values.push(value);
  }
}
export function addKey<K>(t: Table<K>, key: K): void {
  if (!hasKey(t, key)) appendKey(t, key);
}
export function deleteKey<K>(t: Table<K>, key: K): boolean {
  const { links, keys } = t;
  const c = links.length / 2;
  let before = hashOf(key) & (c - 1);
  let at = links[before]! - 1;
  while (at >= 0 && !isSameKey(keys[at] as K, key)) {
    before = c + at;
    at = links[before]! - 1;
  }
  if (at < 0) return false;
  links[before] = links[c + at]!;
  links[c + at] = -1;
  t.count--;
  return true;
}
export function clearTable<K>(t: Table<K>): void {
  const { links, keys } = t;
  const c = links.length / 2;
  for (let i = 0; i < c; i++) links[i] = 0;
  for (let i = t.start; i < keys.length; i++) links[c + i] = -1;
  t.start = keys.length;
  t.count = 0;
}
/** The place of the first entry from \`from\` on that is there; past the end if there is none. */
export function entryFrom<K>(t: Table<K>, from: number): number {
  const { links, keys } = t;
  const c = links.length / 2;
  const n = keys.length;
  let i = Math.max(from, t.start);
  while (i < n && links[c + i]! === -1) i++;
  return i;
}
export function keysOfTable<K>(t: Table<K>): K[] {
  const out: K[] = [];
  for (let i = entryFrom(t, 0); i < t.keys.length; i = entryFrom(t, i + 1)) out.push(t.keys[i] as K);
  return out;
}
export function valuesOfMap<K, V>(m: Mapping<K, V>): V[] {
  const out: V[] = [];
  for (let i = entryFrom(m, 0); i < m.keys.length; i = entryFrom(m, i + 1)) out.push(m.values[i] as V);
  return out;
}
export function entriesOfMap<K, V>(m: Mapping<K, V>): [K, V][] {
  const out: [K, V][] = [];
  for (let i = entryFrom(m, 0); i < m.keys.length; i = entryFrom(m, i + 1)) out.push([m.keys[i] as K, m.values[i] as V]);
  return out;
}
export function entriesOfSet<K>(t: Table<K>): [K, K][] {
  const out: [K, K][] = [];
  for (let i = entryFrom(t, 0); i < t.keys.length; i = entryFrom(t, i + 1)) out.push([t.keys[i] as K, t.keys[i] as K]);
  return out;
}
export function forEachOfMap<K, V>(m: Mapping<K, V>, f: (value: V, key: K, m: Mapping<K, V>) => void): void {
  for (let i = entryFrom(m, 0); i < m.keys.length; i = entryFrom(m, i + 1)) f(m.values[i] as V, m.keys[i] as K, m);
}
export function forEachOfSet<K>(t: Table<K>, f: (value: K, key: K, t: Table<K>) => void): void {
  for (let i = entryFrom(t, 0); i < t.keys.length; i = entryFrom(t, i + 1)) f(t.keys[i] as K, t.keys[i] as K, t);
}
export function fillMap<K, V>(m: Mapping<K, V>, entries: readonly (readonly [K, V])[]): void {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as readonly [K, V];
    setEntry(m, entry[0], entry[1]);
  }
}
export function fillSet<K>(t: Table<K>, keys: readonly K[]): void {
  for (let i = 0; i < keys.length; i++) addKey(t, keys[i] as K);
}
`;
