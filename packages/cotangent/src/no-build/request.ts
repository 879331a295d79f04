/** The options of a verb, as they were given, as a request. */
import { report } from "../core/errors.ts";
import { type Operator, type OperatorRequest, requestOf } from "../core/request.ts";

/** Reports options that do not exist or are not built. */
export function readRequest(verb: Operator, options: unknown): OperatorRequest {
  if (options === undefined) return { operator: verb };
  if (typeof options !== "object" || options === null)
    return report("value-not-taken", undefined, `the options of \`${verb}\` are no object`);
  if ("captures" in options && options.captures !== undefined)
    return report("not-taken", undefined, "the option `captures` without plugin or hook");
  return requestOf(verb, options, (what) => report("not-taken", undefined, what));
}
