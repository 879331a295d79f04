/** `cotangent formula`: a function and its derivatives as formulas, with how large they are. */
import { differentiateSymbolically, type SymbolicDerivative } from "../api/symbolic.ts";
import { latexName, toLatex, toText } from "../symbolic/render.ts";
import { type Host, UsageError } from "./output.ts";
import { readArgnums, readArguments, readJson } from "./read.ts";
import { Evaluator, expectedArguments } from "./request.ts";

export const formulaFormats = ["text", "latex", "typescript"] as const;

/** Options of the command. */
export interface FormulaOptions {
  readonly at?: string;
  readonly argnums?: string;
  readonly format?: (typeof formulaFormats)[number];
  readonly json?: boolean;
}

/** Beyond this many operations a formula is not written out as a tree. */
const mostWritten = 20_000;

/** Writes the derivatives of `target`. Throws UsageError, CotangentError. */
export function showFormula(target: string, options: FormulaOptions, host: Host): 0 {
  const program = new Evaluator(host).programOf(target);
  const at =
    options.at === undefined
      ? undefined
      : readArguments(
          readJson(options.at, "--at", host.cwd),
          expectedArguments(program.derive(target, { operator: "value" })),
          "--at",
        );
  const found = differentiateSymbolically(program, target, {
    ...(options.argnums === undefined ? {} : { argnums: readArgnums(options.argnums) }),
    ...(at ? { at } : {}),
  });
  const { format = "text" } = options;
  if (options.json) {
    const { variables, sizes } = found;
    const written = Object.fromEntries([format].map((name) => [name, writtenAs(found, name)]));
    host.out(`${JSON.stringify({ variables, sizes, ...written })}\n`);
    return 0;
  }
  host.out(format === "typescript" ? found.typescript : `${linesOf(found, format).join("\n")}\n`);
  return 0;
}

function writtenAs(found: SymbolicDerivative, format: (typeof formulaFormats)[number]): string | readonly string[] {
  if (format === "typescript") return found.typescript;
  refuseSwollen(found);
  return found[format];
}

function refuseSwollen({ sizes }: SymbolicDerivative): void {
  const { tree, graph } = sizes.derivatives;
  if (tree <= mostWritten) return;
  throw new UsageError(
    `written out the derivatives have ${tree} operations, though only ${graph} different ones: use --format typescript, which names what repeats`,
  );
}

function linesOf(found: SymbolicDerivative, format: "text" | "latex"): readonly string[] {
  refuseSwollen(found);
  const { variables, value, derivatives, sizes } = found;
  const size = ({ tree, graph }: { readonly tree: number; readonly graph: number }): string =>
    `${tree} operations and variables written out, ${graph} with equal parts kept once`;
  const notes = [`value: ${size(sizes.value)}`, `derivatives: ${size(sizes.derivatives)}`];
  if (format === "latex") {
    const by = (name: string): string => `\\frac{\\partial f}{\\partial ${latexName(name)}}`;
    return [
      `f = ${toLatex(value)}`,
      ...derivatives.map((d, i) => `${by(variables[i] as string)} = ${toLatex(d)}`),
      ...notes.map((note) => `% ${note}`),
    ];
  }
  return [
    `f = ${toText(value)}`,
    ...derivatives.map((d, i) => `df/d${variables[i]} = ${toText(d)}`),
    ...notes.map((note) => `(${note})`),
  ];
}
