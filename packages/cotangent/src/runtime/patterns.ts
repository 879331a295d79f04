/** Regular expressions on text, by their source and flags. Each call begins anew: none remembers where the last one ended. */

const compiled = new Map<string, RegExp>();
const mostCompiled = 1000;

/** The expression, at its beginning. */
function pattern(source: string, flags: string): RegExp {
  const key = `${flags}/${source}`;
  let made = compiled.get(key);
  if (!made) {
    if (compiled.size >= mostCompiled) compiled.clear();
    made = new RegExp(source, flags);
    compiled.set(key, made);
  }
  made.lastIndex = 0;
  return made;
}

/** The first match at `from` or after it. */
function matchFrom(text: string, source: string, flags: string, from: number): RegExpExecArray | null {
  const made = pattern(source, flags.includes("g") ? flags : `${flags}g`);
  made.lastIndex = from;
  return made.exec(text);
}

export function matchesPattern(text: string, source: string, flags: string): boolean {
  return pattern(source, flags).test(text);
}

export function replacePattern(text: string, source: string, flags: string, by: string): string {
  return text.replace(pattern(source, flags), by);
}

/** Where the first match from `from` on begins; -1 if there is none. */
export function matchStart(text: string, source: string, flags: string, from: number): number {
  return matchFrom(text, source, flags, from)?.index ?? -1;
}

/** Where the first match from `from` on ends; -1 if there is none. */
export function matchEnd(text: string, source: string, flags: string, from: number): number {
  const found = matchFrom(text, source, flags, from);
  return found ? found.index + found[0].length : -1;
}

/** Whether the group `k` takes part in the first match from `from` on. */
export function hasGroup(text: string, source: string, flags: string, from: number, k: number): boolean {
  return matchFrom(text, source, flags, from)?.[k] !== undefined;
}

/** What the group `k` of the first match from `from` on has matched; "" if nothing. */
export function groupOf(text: string, source: string, flags: string, from: number, k: number): string {
  return matchFrom(text, source, flags, from)?.[k] ?? "";
}
