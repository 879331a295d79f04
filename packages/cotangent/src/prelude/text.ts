/**
 * What strings do that no primitive does (ECMA-262 22.1.3): where there may be no character, where an argument can be
 * wrong, and where an array is made.
 */
export const textText = `
export function characterAt(s: string, i: number): string | undefined {
  return i >= 0 && i < s.length && i % 1 === 0 ? s.charAt(i) : undefined;
}
export function characterFrom(s: string, i: number): string | undefined {
  const n = s.length;
  const at = i === i ? Math.trunc(i) : 0;
  return characterAt(s, at < 0 ? n + at : at);
}
export function repeated(s: string, count: number): string {
  const n = count === count ? Math.trunc(count) : 0;
  if (n < 0 || n === Infinity) throw new RangeError("Invalid count value");
  let out = "";
  for (let i = 0; i < n; i++) out += s;
  return out;
}
export function partsOf(s: string, separator: string): string[] {
  const out: string[] = [];
  const n = s.length;
  const width = separator.length;
  if (width === 0) {
    for (let i = 0; i < n; i++) out.push(s.charAt(i));
    return out;
  }
  let start = 0;
  let end = s.indexOf(separator, 0);
  while (end >= 0) {
    out.push(s.slice(start, end));
    start = end + width;
    end = s.indexOf(separator, start);
  }
  out.push(s.slice(start));
  return out;
}
declare function matchStart(s: string, source: string, flags: string, from: number): number;
declare function matchEnd(s: string, source: string, flags: string, from: number): number;
export function allMatches(s: string, source: string, flags: string): string[] | null {
  const out: string[] = [];
  let start = matchStart(s, source, flags, 0);
  while (start >= 0) {
    const end = matchEnd(s, source, flags, start);
    out.push(s.slice(start, end));
    start = matchStart(s, source, flags, end > start ? end : end + 1);
  }
  return out.length > 0 ? out : null;
}
/** ECMA-262 22.2.6.14: a match that is empty where the last part ended, or at the end, does not split. */
export function partsBetween(s: string, source: string, flags: string): string[] {
  const out: string[] = [];
  const n = s.length;
  if (n === 0) {
    if (matchStart(s, source, flags, 0) < 0) out.push(s);
    return out;
  }
  let part = 0;
  let start = matchStart(s, source, flags, 0);
  while (start >= 0 && start < n) {
    const end = matchEnd(s, source, flags, start);
    if (end === part) start = matchStart(s, source, flags, start + 1);
    else {
      out.push(s.slice(part, start));
      part = end;
      start = matchStart(s, source, flags, end);
    }
  }
  out.push(s.slice(part));
  return out;
}
export function charactersOf(s: string): string[] {
  const out: string[] = [];
  const n = s.length;
  let i = 0;
  while (i < n) {
    const c = s.charCodeAt(i);
    const next = i + 1 < n ? s.charCodeAt(i + 1) : 0;
    const width = c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000 ? 2 : 1;
    out.push(s.slice(i, i + width));
    i += width;
  }
  return out;
}
`;
