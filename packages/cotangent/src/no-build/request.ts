/** The options of a verb, as they were given, as a request. */
import type { Operator, OperatorRequest } from "../api/compile.ts";
import { report } from "../core/errors.ts";

const known: ReadonlySet<string> = new Set([
  "argnums",
  "mode",
  "strategy",
  "outputs",
  "hasAux",
  "order",
  "checkFinite",
]);
const built: Readonly<Record<string, unknown>> = { backend: "js", engine: "source" };

/** Reports options that do not exist or are not built. */
export function readRequest(verb: Operator, options: unknown): OperatorRequest {
  if (options === undefined) return { operator: verb };
  if (typeof options !== "object" || options === null)
    return report("value-not-taken", undefined, `the options of \`${verb}\` are no object`);
  const taken = Object.entries(options).filter(([name, value]) => {
    if (known.has(name)) return value !== undefined;
    if (value === undefined || built[name] === value) return false;
    return report("not-taken", undefined, `the option \`${name}\` of \`${verb}\`: ${JSON.stringify(value)}`);
  });
  return { operator: verb, ...Object.fromEntries(taken) };
}
