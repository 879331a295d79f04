/**
 * The exported face of a function whose arguments or result are something else outside (`ir/border.ts`): a function of the
 * outside's types that has the runtime call the one inside.
 *
 *     const gradTotalBorder: Border = { params: [{ kind: "value", … }], result: { kind: "derivative", …, of: 0 } };
 *
 *     export function gradTotal(prices: Map<string, number>): Map<string, number> {
 *       return callInside(gradTotalInside, gradTotalBorder, [prices]);
 *     }
 */
import type { Border, Crossing } from "../ir/border.ts";
import type { Func, Type } from "../ir/types.ts";
import { outsideType } from "./outside-types.ts";

/** What the text needs of the module that it is part of. */
interface Printers {
  readonly type: (type: Type) => string;
  readonly results: (types: readonly Type[]) => string;
  readonly shape: (type: Type) => string;
  /** Names something of the runtime, which is imported. */
  readonly runtime: (name: string, isType: boolean) => string;
  /** A name that nothing in the module has. */
  readonly claim: (name: string) => string;
}

/** The constant and the function `name`, which calls the function `inside`. */
export function borderText(func: Func, border: Border, name: string, inside: string, printers: Printers): string {
  const { type, results, shape, runtime, claim } = printers;
  const { params } = func.body;
  const types = params.map((p, i) => outsideType(border.params[i], p.type));
  const own = border.rest ? types.slice(0, border.rest.at) : types;
  const needed = own.findLastIndex((t) => t.kind !== "optional" || t.absent === "null") + 1;
  const used = new Set([name]);
  const names = params.map((p, i) => {
    const wanted = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(p.hint ?? "") ? (p.hint as string) : `x${i}`;
    let free = wanted;
    for (let n = 2; used.has(free); n++) free = `${wanted}${n}`;
    used.add(free);
    return free;
  });
  const typed = types.map((t, i) =>
    i === border.rest?.at
      ? `...${names[i]}: ${type(t)}`
      : i >= needed && t.kind === "optional"
        ? `${names[i]}?: ${type(t.of)}`
        : `${names[i]}: ${type(t)}`,
  );
  const given = names.map((name, i) => (i === border.rest?.at ? `...${name}` : name));
  const result = results(func.results.map((r) => outsideType(border.result, r)));
  const constant = claim(`${name}Border`);
  const parts = border.params.map((p) => crossingText(p, shape)).join(", ");
  return [
    `const ${constant}: ${runtime("Border", true)} = {`,
    `  params: [${parts}],`,
    `  result: ${crossingText(border.result, shape)},`,
    ...(border.rest ? [`  rest: { at: ${border.rest.at}, required: ${border.rest.required} },`] : []),
    "};",
    "",
    `export function ${name}(${typed.join(", ")}): ${result} {`,
    `  return ${runtime("callInside", false)}(${inside}, ${constant}, [${given.join(", ")}]);`,
    "}",
  ].join("\n");
}

function crossingText(crossing: Crossing | undefined, shape: (type: Type) => string): string {
  const text = (c: Crossing | undefined): string => crossingText(c, shape);
  if (!crossing) return "null";
  switch (crossing.kind) {
    case "value":
      return `{ kind: "value", shape: ${shape(crossing.type)}, number: ${crossing.number} }`;
    case "derivative": {
      const at = crossing.at ? `, at: ${text(crossing.at)}` : "";
      return `{ kind: "derivative", shape: ${shape(crossing.type)}, of: ${crossing.of}${at} }`;
    }
    case "list":
      return `{ kind: "list", parts: [${crossing.parts.map(text).join(", ")}]${crossing.rest ? ", rest: true" : ""} }`;
    case "function":
      return `{ kind: "function", params: [${crossing.params.map(text).join(", ")}], result: ${text(crossing.result)} }`;
    default:
      return crossing satisfies never;
  }
}
