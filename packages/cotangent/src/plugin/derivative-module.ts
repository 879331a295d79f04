/**
 * A derivative as a module that exports it as `derivative`. A derivative of a function that captures local variables is
 * exported as a function of what gives their values, since only the place of the definition knows them:
 *
 *     export const derivative = (captured) => (arg0) => {
 *       const { k: captured0 } = captured();
 *       return fGrad(arg0, captured0);
 *     };
 */
import type { Derivative, Operator } from "../api/compile.ts";
import { derivativeExport } from "./derivative-id.ts";

/** The statement behind the text of a derivative that exports it under the name that importers know. */
export function exportStatement(derivative: Derivative, operator: Operator): string {
  const { name, captured } = derivative;
  if (captured.length === 0) return `export { ${name} as ${derivativeExport} };\n`;
  const { params, args } = signatureOf(derivative, operator);
  const values = captured.map((variable, i) => `${variable}: captured${i}`).join(", ");
  return `export const ${derivativeExport} = (captured) => (${params.join(", ")}) => {
  const { ${values} } = captured();
  return ${name}(${args.join(", ")});
};
`;
}

/** The parameters of a derivative without what is captured, and the arguments of its function, with it. */
function signatureOf(
  { module, entry, captured }: Derivative,
  operator: Operator,
): { readonly params: readonly string[]; readonly args: readonly string[] } {
  const all = module.functions.get(entry)?.body.params ?? [];
  const values = captured.map((_, i) => `captured${i}`);
  const [primals] = all;
  const isPacked = operator === "jvp" || operator === "hvp";
  if (isPacked && primals?.type.kind === "record") {
    // Each element by its position: the caller's tuple may leave out the last ones.
    const count = primals.type.decl.fields.length - captured.length;
    const elements = Array.from({ length: count }, (_, i) => `primals[${i}]`);
    return { params: ["primals", "tangents"], args: [`[${[...elements, ...values].join(", ")}]`, "tangents"] };
  }
  const params = Array.from({ length: all.length - captured.length }, (_, i) => `arg${i}`);
  return { params, args: [...params, ...values] };
}
