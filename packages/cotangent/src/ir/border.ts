/**
 * What crosses the border between generated code and code outside: maps, sets and objects that are indexed by strings,
 * which inside are records of arrays, and values of several kinds, which are records that say of which kind they are
 * (`RecordDecl.outside`). A border says of each parameter of an exported function, and
 * of its result, what it is to code outside; `runtime/border.ts` does what it says, around a call of the function.
 *
 *     grad of f(prices: Map<string, number>)      params [value 0],  result derivative of 0
 *
 * A derivative has the keys of the value that it belongs to, and no derivative by keys, which are no numbers to code
 * outside but names; hence values are numbered, and derivatives name theirs.
 */

import { report } from "../core/errors.ts";
import type { Border as RunTimeBorder, Crossing as RunTimeCrossing } from "../runtime/border.ts";
import { gathered } from "../runtime/rest.ts";
import { shapeOf } from "./shape.ts";
import { holds } from "./type.ts";
import type { Func, Type } from "./types.ts";

/** How one value crosses; undefined for what is the same on both sides. */
export type Crossing =
  /** An argument or a result of the function that was differentiated. */
  | { readonly kind: "value"; readonly type: Type; readonly number: number }
  /** What has the structure of that value, of type `type`, with numbers in the place of its numbers, or what `at` says. */
  | { readonly kind: "derivative"; readonly type: Type; readonly of: number; readonly at?: Crossing | undefined }
  /** `rest`: outside, the elements of the last part are elements of the list. */
  | { readonly kind: "list"; readonly parts: readonly (Crossing | undefined)[]; readonly rest?: boolean }
  | {
      readonly kind: "function";
      readonly params: readonly (Crossing | undefined)[];
      readonly result: Crossing | undefined;
    };

/** How the parameters and the result of an exported function cross. */
export interface Border {
  readonly params: readonly (Crossing | undefined)[];
  readonly result: Crossing | undefined;
  readonly rest?: RestParameter | undefined;
}

/** The parameter at the end that is a list inside, and so many arguments outside; that many must be there before it. */
export interface RestParameter {
  readonly at: number;
  readonly required: number;
}

/** What the name of a record that says of which kind a value is has behind the name that the values have outside. */
export const unionMark = "Union";

/** True if a value of this type is something else outside, or holds what is. */
export function crosses(type: Type): boolean {
  return holds(type, (t) => t.kind === "record" && t.decl.outside !== undefined);
}

/** What crosses, for messages. */
export const crossingValues = "a map, set, indexed object or value of several kinds";

/** Reports a function whose arguments or result are not what they are outside: of engines that run IR as it is. */
export function refuseCrossing(func: Func | undefined, engine: string): void {
  const types = [...(func?.body.params.map((p) => p.type) ?? []), ...(func?.results ?? [])];
  if (types.some((type) => crosses(type)))
    report("other-scalars", func?.span, `${crossingValues} in arguments or result`, engine);
}

/** The border as the runtime takes it. */
export function borderAtRunTime({ params, result, rest }: Border): RunTimeBorder {
  return { params: params.map(atRunTime), result: atRunTime(result), ...(rest && { rest }) };
}

/** Arguments from outside as the parameters of `func` take them. */
export function gatherRest(func: Func | undefined, args: readonly unknown[]): readonly unknown[] {
  return func?.rest === undefined ? args : gathered(args, func.rest);
}

function atRunTime(crossing: Crossing | undefined): RunTimeCrossing {
  if (!crossing) return null;
  switch (crossing.kind) {
    case "value":
      return { kind: "value", shape: shapeOf(crossing.type), number: crossing.number };
    case "derivative": {
      const { type, of, at } = crossing;
      return { kind: "derivative", shape: shapeOf(type), of, ...(at && { at: atRunTime(at) }) };
    }
    case "list":
      return { kind: "list", parts: crossing.parts.map(atRunTime), ...(crossing.rest && { rest: true }) };
    case "function":
      return { kind: "function", params: crossing.params.map(atRunTime), result: atRunTime(crossing.result) };
    default:
      return crossing satisfies never;
  }
}
