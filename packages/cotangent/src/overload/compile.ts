/**
 * Operations as code, made from the table: for numbers, and for values whose primals are numbers, all in one function that
 * the engine can optimise, with the table's partials written out. Whatever else comes goes to `perform`. For x in
 *
 *     function sin(x) {
 *       if (typeof x === "number") return Math.sin(x);
 *       if (x instanceof Traced && typeof x.primal === "number")
 *         return x.level.record(Math.sin(x.primal), x.index, Math.cos(x.primal));
 *       …
 *
 * That takes code made from text, which a strict Content-Security-Policy forbids; then operations stay as they are.
 */
import { type Expression, isFlat, type Primitive } from "../core/primitive.ts";
import { canGenerate } from "../elementals/formula-text.ts";
import { add, mul } from "../elementals/index.ts";
import { Dual } from "./dual.ts";
import { type Operation, operationOf, perform } from "./operation.ts";
import { Traced } from "./tape.ts";
import { refuse } from "./value.ts";

/** The objects that code refers to, by the names that it has for them. */
type Bindings = Map<string, unknown>;

/** How the calls in a formula are written: of numbers, or of reals. */
type Spelled = (primitive: Primitive, args: readonly string[], bindings: Bindings) => string;

const isGlobal = /^(Math|Number|Object)\.\w+$/;
const isName = /^\w+$/;

/** A call of numbers, as its spelling has it where that is JavaScript's own. */
const ofNumbers: Spelled = (primitive, args, bindings) => {
  const { spelling, id } = primitive;
  const [a, b] = args as [string, string];
  if (spelling.kind === "infix" && args.length === 2) return `(${a} ${spelling.operator} ${b})`;
  if (spelling.kind === "infix" && isName.test(a)) return `(${a} ${spelling.operator} ${a})`;
  if (spelling.kind === "prefix") return `(${spelling.operator}${a})`;
  if (spelling.kind === "conditional") return `(${args[0]} ? ${args[1]} : ${args[2]})`;
  if (spelling.kind === "call" && isGlobal.test(spelling.callee)) return `${spelling.callee}(${args.join(", ")})`;
  bindings.set(`primal_${id}`, primitive.primal);
  return `primal_${id}(${args.join(", ")})`;
};

/** A call of reals, by the operation, whose function may be another one later. */
const ofReals: Spelled = (primitive, args, bindings) => {
  if (primitive.spelling.kind === "conditional") return `(${args[0]} ? ${args[1]} : ${args[2]})`;
  bindings.set(`operation_${primitive.id}`, operationOf(primitive));
  return `operation_${primitive.id}.call(${args.join(", ")})`;
};

function write(expression: Expression, names: readonly string[], spelled: Spelled, bindings: Bindings): string {
  switch (expression.kind) {
    case "literal":
      return Object.is(expression.value, -0) ? "(-0)" : `(${expression.value})`;
    case "argument":
      return names[expression.index] as string;
    case "result":
      return "y";
    case "apply":
      return spelled(
        expression.primitive,
        expression.args.map((arg) => write(arg, names, spelled, bindings)),
        bindings,
      );
    default:
      return expression satisfies never;
  }
}

/** What a function is written of: the primitive, and the numbers that its arguments stand for. */
interface Task {
  readonly primitive: Primitive;
  readonly names: readonly string[];
  readonly bindings: Bindings;
}

const values = ["x", "z"] as const;
const numbers = ["a", "b"] as const;

function partialText({ primitive, names, bindings }: Task, i: number, spelled: Spelled): string {
  return write(primitive.partial(i, names.length) as Expression, names, spelled, bindings);
}

/** `y` is computed, and then `what` returned. */
function returns({ primitive, names, bindings }: Task, spelled: Spelled, what: string): string {
  return `const y = ${spelled(primitive, names, bindings)}; return ${what};`;
}

/** What is returned where the arguments `active` are on one tape. */
function onTape(task: Task, active: readonly number[]): string {
  const rows = active.map((i) => `${values[i]}.index, ${partialText(task, i, ofNumbers)}`).join(", ");
  const name = active.length === 1 ? "record" : "recordPair";
  return returns(task, ofNumbers, active.length === 0 ? "y" : `level.${name}(y, ${rows})`);
}

/** What is returned where the arguments `active` are duals of one level. */
function asDual(task: Task, active: readonly number[], spelled: Spelled): string {
  const terms = active.map((i) => {
    const [partial, tangent] = [partialText(task, i, spelled), `d${numbers[i]}`];
    return partial === "(1)" ? tangent : spelled(mul, [partial, tangent], task.bindings);
  });
  if (terms.length === 0) return returns(task, spelled, "y");
  const sum = terms.reduce((left, right) => spelled(add, [left, right], task.bindings));
  return returns(task, spelled, `new Dual(level, y, ${sum})`);
}

/** What is done where the arguments `own` are of one kind and level, and the others numbers. */
function branch(task: Task, kind: "Traced" | "Dual", own: readonly number[]): string {
  const { primitive, names } = task;
  const count = names.length;
  if (own.some((i) => primitive.partial(i, count) === undefined)) return "";
  const active = own.filter((i) => !isFlat(primitive, i, count));
  const primals = names.map((name, i) => `const ${name} = ${values[i]}${own.includes(i) ? ".primal" : ""};`).join(" ");
  const level = `const level = ${values[own[0] as number]}.level;`;
  const areNumbers = (of: (i: number) => readonly string[]): string =>
    own.flatMap((i) => of(i).map((name) => `typeof ${name} === "number"`)).join(" && ");
  if (kind === "Traced")
    return `${primals} if (${areNumbers((i) => [names[i] as string])}) { ${level} ${onTape(task, active)} }`;
  const tangents = own.map((i) => `const d${numbers[i]} = ${values[i]}.tangent;`).join(" ");
  const flat = areNumbers((i) => [names[i] as string, `d${numbers[i]}`]);
  return `${primals} ${tangents} ${level} if (!level.isOpen) outlived();
      if (${flat}) { ${asDual(task, active, ofNumbers)} } else { ${asDual(task, active, ofReals)} }`;
}

const kinds = ["Traced", "Dual"] as const;

function unaryText(task: Task): string {
  const branches = kinds.map((kind) => `if (x instanceof ${kind}) { ${branch(task, kind, [0])} }`).join(" else ");
  return `if (typeof x === "number") { const a = x; ${returns(task, ofNumbers, "y")} }
    ${branches}`;
}

function binaryText(task: Task): string {
  const one = (value: string, own: number): string =>
    kinds.map((kind) => `if (${value} instanceof ${kind}) { ${branch(task, kind, [own])} }`).join(" else ");
  const both = kinds
    .map(
      (kind) => `else if (x instanceof ${kind}) {
      if (typeof z === "number") { ${branch(task, kind, [0])} }
      else if (z instanceof ${kind} && z.level === x.level) { ${branch(task, kind, [0, 1])} }
    }`,
    )
    .join(" ");
  return `if (typeof x === "number") {
      if (typeof z === "number") { const a = x; const b = z; ${returns(task, ofNumbers, "y")} }
      ${one("z", 1)}
    } ${both}`;
}

/** Puts compiled code in the place of what `operation` does, if it has one or two arguments and that is allowed. */
export function compileOperation(operation: Operation): void {
  const { primitive } = operation;
  const { arity, id } = primitive;
  if ((arity !== 1 && arity !== 2) || !canGenerate()) return;
  const params = values.slice(0, arity);
  const task: Task = { primitive, names: numbers.slice(0, arity), bindings: new Map() };
  const body = arity === 1 ? unaryText(task) : binaryText(task);
  const given = { Traced, Dual, perform, operation, outlived: () => refuse("overload-outlived") };
  const names = [...Object.keys(given), ...task.bindings.keys()];
  const make = new Function(
    ...names,
    `"use strict";
  return function ${isName.test(id) ? id : "operation"}(${params.join(", ")}) {
    ${body}
    return perform(operation, [${params.join(", ")}]);
  };`,
  );
  operation.call = make(...Object.values(given), ...task.bindings.values()) as Operation["call"];
}
