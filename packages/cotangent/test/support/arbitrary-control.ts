/**
 * Random control flow as source text: loops in loops, left and continued in every way, with and without labels, switches
 * and early returns, over a few numbers that every path changes differently. Counters are bounded, so all of them end.
 */
import fc from "fast-check";

/** The text of a module that exports `f(a: number, b: number, x: number[]): number`. */
export function arbitraryControl(): fc.Arbitrary<string> {
  return fc.array(fc.nat(997), { minLength: 5, maxLength: 120, size: "max" }).map((choices) => makeControl(choices));
}

/** The program that a list of choices stands for. */
function makeControl(choices: readonly number[]): string {
  let at = 0;
  let counters = 0;
  const below = (limit: number): number => (choices[at++] ?? 0) % limit;
  const of = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const number = (): string => of(["a", "b", "s", "1", "0.5", "x[0]", "x[1]", "a * b", "s - a", "Math.sin(s)"]);
  const condition = (): string => {
    const compare = `${number()} ${of(["<", ">", "<="])} ${number()}`;
    return of([compare, compare, `${compare} && ${number()} > 0.2`, `!(${compare}) || s > 2`]);
  };

  const block = (depth: number, loops: readonly string[], indent: string): string => {
    const count = 1 + below(4);
    const lines: string[] = [];
    for (let i = 0; i < count && at < choices.length; i++) lines.push(statement(depth, loops, indent));
    return lines.join("");
  };
  const assignment = (): string => {
    const target = of(["a", "b", "s", "s", "x[0]", "x[1]"]);
    return of([
      `${target} = 0.5 * ${number()} + 0.1;`,
      `${target} += 0.3 * ${number()};`,
      `s = Math.sin(s + ${number()});`,
    ]);
  };
  const leave = (loops: readonly string[]): string => {
    const label = of(["", "", ...loops.map((l) => ` ${l}`)]);
    const jumps = loops.length > 0 ? [`break${label};`, `continue${label};`, "break;", "continue;"] : [];
    return of([...jumps, `return ${number()};`, 'if (s > 90) throw new RangeError("too large");']);
  };
  const statement = (depth: number, loops: readonly string[], indent: string): string => {
    const inner = `${indent}  `;
    const kind = below(depth > 0 ? 10 : 4);
    if (kind < 3) return `${indent}${assignment()}\n`;
    if (kind === 3) return `${indent}if (${condition()}) ${leave(loops)}\n`;
    if (kind < 6) {
      const otherwise = below(2) ? ` else {\n${block(depth - 1, loops, inner)}${indent}}` : "";
      return `${indent}if (${condition()}) {\n${block(depth - 1, loops, inner)}${indent}}${otherwise}\n`;
    }
    if (kind === 6 && loops.length > 0) {
      const cases = [0, 1, 2].map((c) => {
        const end = below(2) ? `${inner}  break;\n` : "";
        return `${inner}case ${c}:\n${inner}  ${assignment()}\n${end}`;
      });
      return `${indent}switch (${loops.at(-1)?.replace("l", "i")} % 3) {\n${cases.join("")}${indent}}\n`;
    }
    const n = counters++;
    const label = `l${n}`;
    const body = block(depth - 1, [...loops, label], inner);
    const most = 1 + below(4);
    switch (below(4)) {
      case 0:
        return `${indent}let i${n} = 0;\n${indent}${label}: while (i${n} < ${most} && (${condition()})) {\n${inner}i${n}++;\n${body}${indent}}\n`;
      case 1:
        return `${indent}let i${n} = 0;\n${indent}${label}: do {\n${inner}i${n}++;\n${body}${indent}} while (i${n} < ${most});\n`;
      case 2:
        return `${indent}let i${n} = 0;\n${indent}${label}: for (;;) {\n${inner}if (i${n}++ >= ${most}) break;\n${body}${indent}}\n`;
      default:
        return `${indent}${label}: for (let i${n} = 0; i${n} < ${most}; i${n}++) {\n${body}${indent}}\n`;
    }
  };
  const body = block(3, [], "  ") + block(3, [], "  ");
  return `export function f(a: number, b: number, x: number[]): number {\n  let s = 0.25;\n${body}  return s + a * b;\n}\n`;
}
