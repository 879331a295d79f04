/** Numbers written into text that nothing is read back out of, and text that code rewrites match by match. */

/** A report beside the value: derivatives end where a number becomes text. */
export function reported(x: number, name: string): { value: number; report: string } {
  const lines: string[] = [];
  for (let i = 1; i <= 2; i++) lines.push(`${name.padEnd(6)}|${(x * i).toFixed(i).padStart(9, ".")}`);
  lines.push(`${x.toPrecision(3)} ${x.toExponential(2)} ${(255).toString(16)} ${x.toString()} ${name.toString()}`);
  return { value: x ** 3, report: lines.join("\n") };
}

/** Digits that are elements, or missing: JavaScript's own numbers of them then, and the error of the first that cannot be. */
export function digitsGiven(x: number, digits: number[], base?: number): { value: number; report: string } {
  let value = x;
  const report: string[] = [];
  try {
    for (let i = 0; i <= digits.length; i++) {
      report.push(x.toFixed(digits[i]), x.toExponential(digits[i]), (12 * i).toString(base), x.toPrecision(digits[i]));
      value *= x;
    }
  } catch {
    value = Math.sin(value);
  }
  return { value, report: report.join("|") };
}

/** A number of digits that cannot be is an error that the program may catch. */
export function withDigits(x: number, digits: number): number {
  try {
    const label = x.toFixed(digits);
    return label === "?" ? x : x * x;
  } catch {
    return Math.sin(x);
  }
}

export function assigned(x: number, text: string): number {
  let sum = 0;
  for (const [, name, factor] of text.matchAll(/(\w)=(\d+)/g)) sum += name === "p" ? x * x * Number(factor) : x;
  return sum + [...text.matchAll(/[a-z]/g)].length * x;
}

/** What may have taken no part in a match is undefined. */
export function rewritten(x: number, text: string): number {
  const names: Record<string, string> = { a: "1", b: "22" };
  let sum = 0;
  const spelled = text
    .replace(/\{(\w+)\}/g, (_, name: string) => names[name] ?? "")
    .replace(/(\d)(x)?/g, (m, digit, mark, at) => {
      sum += (mark === undefined ? 1 : 2) * Number(digit) * x * at;
      return m + digit;
    })
    .replace(/^./, (c) => c.toUpperCase());
  return sum * sum + spelled.length * x + (spelled.startsWith("P") ? x ** 3 : 0);
}

export function partsReplaced(x: number, text: string): number {
  const each = text.replaceAll("", (_, at) => `${at}`);
  const first = text.replace("a", (m, at) => m.repeat(at + 2));
  const all = text.replaceAll("an", (m) => `<${m}>`);
  return each.length * x + first.length * x * x + all.length * Math.sin(x);
}

export function codes(x: number, text: string): number {
  const next = [...text].map((c) => String.fromCharCode(c.charCodeAt(0) + 1)).join("");
  const whole = String.fromCodePoint(text.codePointAt(0) ?? 97);
  const value = next === "cbobob" ? x * x : x;
  return (
    value * (text.codePointAt(0) ?? 1) * 0.01 +
    (text.codePointAt(99) ?? 2) * x +
    text.normalize("NFD").length * x +
    whole.length * value
  );
}
