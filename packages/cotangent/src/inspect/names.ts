/** What steps and places of the program are called in tables and graphs. */

/** How the front end calls the question whether a path goes on, which it asks after early exits: no branch of the user's. */
export const goesOn = "goesOn";

/** The head of a loop: `for (const x of xs)`, or what the source has there up to its body. */
export function headOf(text: string): string {
  if (/^do\b/.test(text)) return "do … while";
  const open = text.indexOf("(");
  let depth = 0;
  for (let i = open; open >= 0 && i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return onOneLine(text.slice(0, i + 1));
  }
  return onOneLine(text);
}

const longText = 60;

export function onOneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > longText ? `${line.slice(0, longText - 1)}…` : line;
}

const subscripts = "₀₁₂₃₄₅₆₇₈₉";

/** Names that tell things apart: the user's, with a subscript where several have it; v1, v2, … for those without. */
export function nameAll<T extends { readonly hint: string | undefined }>(all: readonly T[]): ReadonlyMap<T, string> {
  const counts = new Map<string, number>();
  for (const { hint } of all) if (hint !== undefined) counts.set(hint, (counts.get(hint) ?? 0) + 1);
  const names = new Map<T, string>();
  const used = new Map<string, number>();
  let next = 1;
  for (const one of all) {
    const { hint } = one;
    if (hint === undefined) {
      while (counts.has(`v${next}`)) next++;
      names.set(one, `v${next++}`);
      continue;
    }
    const nth = (used.get(hint) ?? 0) + 1;
    used.set(hint, nth);
    const mark = String(nth).replace(/\d/g, (digit) => subscripts[Number(digit)] as string);
    names.set(one, counts.get(hint) === 1 ? hint : `${hint}${mark}`);
  }
  return names;
}

/** `a[2]`, `p.x`, `p["my key"]`. */
export function memberPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
