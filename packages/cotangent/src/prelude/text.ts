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
export function matchStarts(s: string, source: string, flags: string, all: boolean): number[] {
  const out: number[] = [];
  let start = matchStart(s, source, flags, 0);
  while (start >= 0) {
    out.push(start);
    const end = matchEnd(s, source, flags, start);
    start = all ? matchStart(s, source, flags, end > start ? end : end + 1) : -1;
  }
  return out;
}
export function replacedFirst(s: string, part: string, f: (found: string, at: number, s: string) => string): string {
  const at = s.indexOf(part, 0);
  return at < 0 ? s : s.slice(0, at) + f(part, at, s) + s.slice(at + part.length);
}
export function replacedAll(s: string, part: string, f: (found: string, at: number, s: string) => string): string {
  const n = s.length;
  const step = part.length > 0 ? part.length : 1;
  let out = "";
  let from = 0;
  let at = s.indexOf(part, 0);
  while (at >= 0) {
    out += s.slice(from, at) + f(part, at, s);
    from = at + part.length;
    at = at + step > n ? -1 : s.indexOf(part, at + step);
  }
  return out + s.slice(from);
}
export function checkWhole(x: number, least: number, most: number, message: string): void {
  const n = x === x ? Math.trunc(x) : 0;
  if (n < least || n > most) throw new RangeError(message);
}
export function codePointFrom(s: string, i: number): number | undefined {
  const n = s.length;
  const at = i === i ? Math.trunc(i) : 0;
  if (at < 0 || at >= n) return undefined;
  const c = s.charCodeAt(at);
  const next = at + 1 < n ? s.charCodeAt(at + 1) : 0;
  const isPair = c >= 0xd800 && c < 0xdc00 && next >= 0xdc00 && next < 0xe000;
  return isPair ? (c - 0xd800) * 0x400 + (next - 0xdc00) + 0x10000 : c;
}
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
