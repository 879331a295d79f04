/**
 * All mutations of a file in one text: where one stands, the program asks which is on (mutant schemata: Untch, Offutt and
 * Harrold, 1993). So sources are bundled once and a warm process goes from one mutation to the next.
 */
import ts from "typescript";
import type { Mutation } from "./mutations.ts";

/** The name of the function that mutated sources call with a mutation's number. */
const ask = "$isOn";

/** What mutated sources share with who runs them. */
export interface Switch {
  /** The number of the mutation that is on; 0 for none. */
  on: number;
  /** The numbers that were asked for, where they are wanted. */
  reached: Set<number> | undefined;
}

/** Statements that make the switch and the question; they stand before all sources of a bundle. */
export const preamble = `globalThis.$mutation ??= { on: 0, reached: undefined };
const ${ask} = (n) => (globalThis.$mutation.reached?.add(n), globalThis.$mutation.on === n);`;

export const mutationSwitch = (): Switch => (globalThis as unknown as { $mutation: Switch }).$mutation;

/** The text with every mutation in it; the first has number `first`. */
export function withMutations(path: string, source: string, mutations: readonly Mutation[], first: number): string {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  const at = new Map<string, { readonly mutation: Mutation; readonly n: number }[]>();
  mutations.forEach((mutation, i) => {
    const key = `${mutation.start}:${mutation.end}:${mutation.kind}`;
    at.set(key, [...(at.get(key) ?? []), { mutation, n: first + i }]);
  });
  /** The text of a node, its children's mutations in it, then its own around. */
  const write = (node: ts.Node): string => {
    let made = "";
    let from = node.getStart();
    ts.forEachChild(node, (child) => {
      if (child.getStart() < from) return;
      made += source.slice(from, child.getStart()) + write(child);
      from = child.end;
    });
    made += source.slice(from, node.end);
    const kind = ts.isExpression(node) ? "expression" : "statement";
    const own = at.get(`${node.getStart()}:${node.end}:${kind}`);
    // Of nodes at one place the innermost is asked: an expression, and not what is only made of it.
    if (!own) return made;
    at.delete(`${node.getStart()}:${node.end}:${kind}`);
    // In braces: an `else` that follows must not become that of the question.
    if (kind === "statement") return own.reduce((rest, { n }) => `{ if (!${ask}(${n})) { ${rest} } }`, made);
    const alternatives = own.map(({ mutation, n }) => `${ask}(${n}) ? (${mutation.by}) : `);
    const whole = `(${alternatives.join("")}${made})`;
    return ts.isShorthandPropertyAssignment(node.parent)
      ? `${source.slice(node.getStart(), node.end)}: ${whole}`
      : whole;
  };
  return source.slice(0, file.getStart()) + write(file);
}
