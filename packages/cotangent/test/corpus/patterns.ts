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
