/**
 * Objects that are indexed by strings: tables from names (see `tables.ts`), with the order in which JavaScript lists
 * properties (ECMA-262 10.1.11.1: array indices first, in ascending order) and the names that all objects inherit.
 */
export const dictionariesText = `
declare function isInherited(name: string): boolean;
declare function arrayIndexOf(name: string): number;

export function getNamed<V>(o: Mapping<string, V>, name: string): V | undefined {
  const at = placeOf(o, name);
  if (at >= 0) return o.values[at] as V;
  if (isInherited(name)) throw new TypeError("a name that every object inherits is read");
  return undefined;
}
export function getNumberNamed(o: Mapping<string, number>, name: string): number {
  return getNamed(o, name) ?? NaN;
}
export function getPresentNamed<V>(o: Mapping<string, V>, name: string): V {
  const at = placeOf(o, name);
  if (at < 0) throw new TypeError("a name is read that the object does not have");
  return o.values[at] as V;
}
export function setNamed<V>(o: Mapping<string, V>, name: string, value: V): void {
  if (name === "__proto__") throw new TypeError("the prototype of an object is set");
  setEntry(o, name, value);
}
export function isIn<V>(o: Mapping<string, V>, name: string): boolean {
  return hasKey(o, name) || isInherited(name);
}
export function namesOf<V>(o: Mapping<string, V>): string[] {
  const names = keysOfTable(o);
  const indices: string[] = [];
  for (let i = 0; i < names.length; i++) if (arrayIndexOf(names[i]!) >= 0) indices.push(names[i]!);
  if (indices.length === 0) return names;
  const out = indices.toSorted((a, b) => arrayIndexOf(a) - arrayIndexOf(b));
  for (let i = 0; i < names.length; i++) if (arrayIndexOf(names[i]!) < 0) out.push(names[i]!);
  return out;
}
export function valuesByName<V>(o: Mapping<string, V>): V[] {
  const names = namesOf(o);
  const out: V[] = [];
  for (let i = 0; i < names.length; i++) out.push(o.values[placeOf(o, names[i]!)] as V);
  return out;
}
export function entriesByName<V>(o: Mapping<string, V>): [string, V][] {
  const names = namesOf(o);
  const out: [string, V][] = [];
  for (let i = 0; i < names.length; i++) out.push([names[i]!, o.values[placeOf(o, names[i]!)] as V]);
  return out;
}
export function copyNamed<V>(o: Mapping<string, V>, from: Mapping<string, V>): void {
  const names = namesOf(from);
  for (let i = 0; i < names.length; i++) setNamed(o, names[i]!, from.values[placeOf(from, names[i]!)] as V);
}
export function fillNamed<V>(o: Mapping<string, V>, entries: readonly (readonly [string, V])[]): void {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as readonly [string, V];
    setNamed(o, entry[0], entry[1]);
  }
}
`;
