/** Text that is searched, replaced and taken apart, by text and by regular expressions; it steers. */

const WORD = /^([a-z]+)(?:-([a-z]+))?$/i;

/** A small language, by a regular expression with the flag `g`. */
export function tokens(text: string, x: number): number {
  let y = x;
  for (const token of text.match(/[+*^]|\d+(?:\.\d+)?/g) ?? []) {
    if (token === "+") y += x;
    else if (token === "*") y *= x;
    else if (token === "^") y = y ** 2;
    else y *= Number(token);
  }
  return y;
}

/** Groups, some of which may be missing. */
export function grouped(words: readonly string[], x: number): number {
  let y = x;
  for (const word of words) {
    const found = WORD.exec(word);
    if (!found) y += x * word.search(/\d/);
    else y *= found[1]!.length + (found[2] === undefined ? x : found[2].length) + found.length;
  }
  const first = words.join(" ").match(/b(.)/);
  return first ? y * first[0].length * (first[1] === "c" ? x : 1) : y;
}

/** Parts between matches, and what replaces them. */
export function parted(text: string, x: number): number {
  let y = 0;
  for (const part of text.split(/\s*[,;]\s*/)) y = y * x + part.length + 1;
  y += text.split(/(?:)/).length * x + text.split(/e*/).length * x * x;
  const short = text
    .replace(/([a-z])(\d)?/g, "<$2$1>")
    .replace("<", "$$")
    .replaceAll(">", "");
  return y * short.length + (/[,;]$/.test(text) ? x : 1);
}

/** Text in the host's order, and put together. */
export function ordered(names: readonly string[], x: number): number {
  const sorted = [...names].sort((a, b) => a.localeCompare(b));
  const units = names.toSorted();
  const own = Object.keys({ pear: 1, fig: 2 }).sort();
  return sorted.reduce((y, name, i) => y * x + name.concat("-", units[i] ?? "", own[i] ?? "").length, 0);
}

function firstOf([[name, v]]: Map<string, number>, [w = 2, ...others]: Set<number>): number {
  return name.length * v * w + others.length;
}

/** Maps, sets and texts are taken apart by position. */
export function entriesByPosition(x: number, y: number): number {
  const map = new Map([
    ["a", x],
    ["bb", x * y],
    ["c", 3],
  ]);
  const [[name, v], ...others] = map;
  const [, [, second]] = map;
  const set = new Set([x, y, x]);
  let [a, b, c = 7] = set;
  [b, a] = set;
  const [[, [p, q = y]]] = new Map([[1, [x]]]);
  const [first, , ...rest] = "xyz";
  let sum = name.length * v + second * c + a * a * b + p * q + first.length + rest.length;
  for (const [key, w] of others) sum += key.length * w;
  return sum + firstOf(map, set) + firstOf(map, new Set());
}
