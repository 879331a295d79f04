/**
 * What the arguments and the result of a derivative are to code outside, where these hold maps, sets or objects that are
 * indexed by strings: which of them are values of the function that was differentiated, and which are derivatives by
 * which. What is refused here needs keys that nobody has when it is called.
 */
import { analyzeActivity } from "../../analysis/activity.ts";
import { ELEMENT, type MemoryClass } from "../../analysis/points-to.ts";
import { report } from "../../core/errors.ts";
import { type Border, type Crossing, crosses, crossingValues, type RestParameter } from "../../ir/border.ts";
import { isReference } from "../../ir/type.ts";
import type { Module, RecordDecl, Type } from "../../ir/types.ts";
import { constantsRead } from "./lift-constants.ts";
import type { OperatorRequest } from "./request.ts";
import { paramType, type Target } from "./target.ts";

/** The border of `func` itself, which is exported as it is. */
export function borderOfValue(module: Module, name: string): Border | undefined {
  const func = module.functions.get(name);
  const params = func?.body.params.map((p) => p.type) ?? [];
  const [result] = func?.results ?? [];
  const rest = func?.rest === undefined ? undefined : { at: func.rest, required: 0 };
  const border = borderIfAny(params.map(asValue), result && asValue(result, params.length), rest);
  return border ?? borderOfFound(module, name, params.length);
}

/** Where maps of modules are found on the way, a call is one passage: an object that is found twice in it is one inside. */
function borderOfFound(module: Module, name: string, count: number): Border | undefined {
  const isFinding = constantsRead(module, name).some(({ type }) => crosses(type));
  return isFinding ? { params: new Array(count).fill(undefined), result: undefined } : undefined;
}

/** How many arguments a derivative without rest parameter has. */
function countOf(operator: OperatorRequest["operator"], count: number): number {
  if (operator === "jvp" || operator === "hvp") return 2;
  return operator === "gradInto" || operator === "valueAndGradInto" ? count + 1 : count;
}

function borderIfAny(params: Border["params"], result: Crossing | undefined, rest?: RestParameter): Border | undefined {
  return result || rest || params.some((p) => p) ? { params, result, rest } : undefined;
}

function asValue(type: Type, number: number): Crossing | undefined {
  return crosses(type) ? { kind: "value", type, number } : undefined;
}

/** What has the structure of a value, perhaps with `at` in the place of its numbers. */
function along(type: Type, of: number, at?: Crossing): Crossing | undefined {
  return at || crosses(type) ? { kind: "derivative", type, of, at } : undefined;
}

function list(...parts: readonly (Crossing | undefined)[]): Crossing | undefined {
  return parts.some((p) => p) ? { kind: "list", parts } : undefined;
}

/** A list of which the last part is a list of arguments, if `isOpen`. */
function openList(parts: readonly (Crossing | undefined)[], isOpen: boolean): Crossing | undefined {
  return isOpen ? { kind: "list", parts, rest: true } : list(...parts);
}

/** The border of what `request` makes of `target`; undefined if all is the same outside. Reports what has no form there. */
export function borderOf(target: Target, request: OperatorRequest): Border | undefined {
  const { module, func } = target;
  return (
    borderOfPassed(target, request) ??
    borderOfFound(module, func.name, countOf(request.operator, func.body.params.length))
  );
}

function borderOfPassed(target: Target, request: OperatorRequest): Border | undefined {
  const { selected, isBare, func, result, rest } = target;
  const types = func.body.params.map((p) => p.type);
  const [, aux] = func.results;
  const number = types.length;
  const isCrossing = [...types, ...func.results].some((type) => crosses(type));
  if (!isCrossing && !rest) return undefined;
  if (isCrossing) {
    refuseSelected(target);
    refuseActiveKeys(target);
  }

  const values = types.map(asValue);
  const value = asValue(result, number);
  const by = selected.map((i) => along(paramType(target, i), i));
  const gradient = isBare ? by[0] : openList(by, rest !== undefined && selected.at(-1) === rest.at);
  const primals = openList(values, rest !== undefined);
  const change = along(result, number);
  const auxiliary = aux && asValue(aux, number);
  const { operator } = request;
  switch (operator) {
    case "value":
      return borderIfAny(values, value, rest);
    case "grad":
      return borderIfAny(values, aux ? list(gradient, auxiliary) : gradient, rest);
    case "valueAndGrad":
      return borderIfAny(values, list(list(undefined, auxiliary), gradient), rest);
    case "gradInto":
    case "valueAndGradInto":
      if (gradient) refuse(target, `an argument that \`${operator}\` is by`);
      return borderIfAny([undefined, ...values], undefined, rest && { at: rest.at + 1, required: rest.required + 1 });
    case "jvp":
      return borderIfAny([primals, gradient], list(value, change));
    case "vjp":
      return borderIfAny(values, list(value, later(change, gradient)), rest);
    case "linearize":
      return borderIfAny(values, list(value, later(gradient, change)), rest);
    case "jacobian":
      if (value) refuse(target, `the result of \`${func.name}\`, under \`${operator}\``);
      return borderIfAny(values, gradient && along(result, number, gradient), rest);
    case "hessian": {
      const rows = selected.map((i) => along(paramType(target, i), i, gradient));
      return borderIfAny(values, isBare ? rows[0] : list(...rows), rest);
    }
    case "hvp":
      return borderIfAny([primals, gradient], gradient);
    case "derivative":
    case "taylor":
      if (value) refuse(target, `the result of \`${func.name}\`, under \`${operator}\``);
      return borderIfAny(values, undefined, rest);
    default:
      return operator satisfies never;
  }
}

/** The function that is given besides a value. */
function later(param: Crossing | undefined, result: Crossing | undefined): Crossing | undefined {
  return param || result ? { kind: "function", params: [param], result } : undefined;
}

function refuse(target: Target, what: string): never {
  return report("map-outside", target.func.span, `${crossingValues} in ${what},`);
}

/** Reports an argument that holds no number but inside, where counts and keys are numbers too. */
function refuseSelected(target: Target): void {
  const numbers = target.selected.filter((i) => holdsNumbersOutside(paramType(target, i)));
  const [first] = target.selected;
  if (numbers.length === 0 && first !== undefined)
    report("argument-holds-no-numbers", target.func.span, target.func.body.params[first]?.hint ?? String(first));
}

function holdsNumbersOutside(type: Type, met = new Set<RecordDecl>()): boolean {
  switch (type.kind) {
    case "number":
      return true;
    case "optional":
      return holdsNumbersOutside(type.of, met);
    case "array":
      return type.storage === "Array" ? holdsNumbersOutside(type.element, met) : type.storage.startsWith("Float");
    case "record": {
      if (met.has(type.decl)) return false;
      met.add(type.decl);
      const { fields, outside } = type.decl;
      const isTable = outside !== undefined && outside !== "union";
      return fields.some((f) => (!isTable || f.name === "values") && holdsNumbersOutside(f.type, met));
    }
    default:
      return false;
  }
}

/**
 * Reports keys in the result that may depend on what is differentiated by: the derivative has keys and no derivatives of
 * them, which would be lost.
 */
function refuseActiveKeys(target: Target): void {
  const { end } = target.func.body;
  const value = end.kind === "yield" ? end.values[0] : undefined;
  if (!value || !holdsNumberKeys(value.type)) return;
  const active = target.func.body.params.map((_, i) => target.selected.includes(i));
  const { pointsTo, isVariedCell } = analyzeActivity(target.module, target.func.name, active);
  const seen = new Set<RecordDecl>();
  const visit = (type: Type, owner: MemoryClass | undefined): void => {
    if (!owner) return;
    if (type.kind === "optional") visit(type.of, owner);
    if (type.kind === "array" && isReference(type.element)) visit(type.element, pointsTo.contentsOf(owner, ELEMENT));
    if (type.kind !== "record" || seen.has(type.decl)) return;
    seen.add(type.decl);
    for (const f of type.decl.fields) {
      if (!isReference(f.type)) continue;
      const part = pointsTo.contentsOf(owner, f.name);
      if (type.decl.outside && f.name === "keys" && part && isVariedCell(part, ELEMENT))
        report("active-key", target.func.span, `\`${target.entry}\``);
      visit(f.type, part);
    }
    seen.delete(type.decl);
  };
  visit(value.type, pointsTo.classOf(value));
}

/** A map or set in a value of this type has numbers as keys. */
function holdsNumberKeys(type: Type, met = new Set<RecordDecl>()): boolean {
  if (type.kind === "optional") return holdsNumberKeys(type.of, met);
  if (type.kind === "array") return holdsNumberKeys(type.element, met);
  if (type.kind !== "record" || met.has(type.decl)) return false;
  met.add(type.decl);
  const { fields, outside } = type.decl;
  const isNumbered = (of: Type): boolean => of.kind === "array" && of.element.kind === "number";
  return fields.some((f) => (outside && f.name === "keys" && isNumbered(f.type)) || holdsNumberKeys(f.type, met));
}
