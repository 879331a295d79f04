/**
 * Operations as code, made from the table: for numbers, and for values whose primals are numbers, with the table's partials
 * written out. What numbers need is so short that the engine puts it into its callers; the rest is a function beside it, and
 * whatever else comes goes to `perform`. For sin
 *
 *     const ofValues = (x) => {
 *       if (x instanceof Traced) {
 *         const level = x.level;
 *         if (level.isFlat) {
 *           const a = level.primals[x.index];
 *           return level.record(Math.sin(a), x.index, Math.cos(a));
 *       …
 *     return (x) => typeof x === "number" ? Math.sin(x) : ofValues(x);
 *
 * That takes code made from text. Where a strict Content-Security-Policy forbids it, closures do the same for values on tapes.
 */
import { type Expression, interpretExpression, isFlat, type Primitive } from "../core/primitive.ts";
import { canGenerate, References, Writer } from "../elementals/formula-text.ts";
import { add, mul } from "../elementals/index.ts";
import { type Kernel, type KernelOptions, partialKernel } from "../elementals/kernels.ts";
import { Dual } from "./dual.ts";
import { type Operation, operationOf, perform } from "./operation.ts";
import { Traced } from "./tape.ts";
import { type Real, refuse } from "./value.ts";

/** Formulas of reals: by the operations, whose functions may be other ones later. */
class RealWriter extends Writer {
  protected override spell(primitive: Primitive, args: readonly string[]): string {
    if (primitive.spelling.kind === "conditional") return `${args[0]} ? ${args[1]} : ${args[2]}`;
    return `${this.references.nameOf(operationOf(primitive))}.call(${args.join(", ")})`;
  }
}

const values = ["x", "z"] as const;
const numbers = ["a", "b"] as const;
type Index = 0 | 1;

/** What a function is written of. */
interface Task {
  readonly primitive: Primitive;
  readonly count: 1 | 2;
  readonly references: References;
}

function partialText({ primitive, count }: Task, i: number, writer: Writer, y: string): string {
  return interpretExpression(primitive.partial(i, count) as Expression, writer, numbers.slice(0, count), y);
}

/** Of the arguments `own`, which are values of one level, those that a derivative flows through. */
function activeOf({ primitive, count }: Task, own: readonly Index[]): readonly Index[] {
  return own.filter((i) => !isFlat(primitive, i, count));
}

/** What is returned where the arguments `own` are on one tape, of `level`, and all numbers are known. */
function onTape(task: Task, own: readonly Index[]): string {
  const writer = new Writer(task.references);
  const y = writer.apply(task.primitive, numbers.slice(0, task.count));
  const active = activeOf(task, own);
  const rows = active.map((i) => `${values[i]}.index, ${partialText(task, i, writer, y)}`).join(", ");
  const result = active.length === 0 ? y : `level.${active.length === 1 ? "record" : "recordPair"}(${y}, ${rows})`;
  // A tape that is closed has no room to record, and says so.
  const checked = active.length === 0 ? ["if (!level.isOpen) outlived();"] : [];
  return [...checked, ...writer.before, `return ${result};`].join("\n");
}

/** What is returned where the arguments `own` are duals of `level`, with tangents da and db. */
function asDual(task: Task, own: readonly Index[], writer: Writer): string {
  const y = writer.apply(task.primitive, numbers.slice(0, task.count));
  const terms = activeOf(task, own).map((i) => {
    const [partial, tangent] = [partialText(task, i, writer, y), `d${numbers[i]}`];
    return partial === "1" ? tangent : writer.apply(mul, [partial, tangent]);
  });
  const result = terms.length === 0 ? y : `new Dual(level, ${y}, ${sum(writer, terms)})`;
  return [...writer.before, `return ${result};`].join("\n");
}

function sum(writer: Writer, [first, ...others]: readonly string[]): string {
  return others.reduce((left, right) => writer.apply(add, [left, right]), first as string);
}

/** What is done where the arguments `own` are of one kind and level, and the others numbers. */
function branch(task: Task, kind: "Traced" | "Dual", own: readonly Index[]): string {
  const { primitive, count } = task;
  if (own.some((i) => primitive.partial(i, count) === undefined)) return "";
  const all = numbers.slice(0, count);
  const level = `const level = ${values[own[0] as Index]}.level;`;
  const isOwn = (i: number): boolean => own.includes(i as Index);
  if (kind === "Traced") {
    const primals = all.map((name, i) => {
      const value = values[i as Index];
      return `const ${name} = ${isOwn(i) ? `level.primals[${value}.index]` : value};`;
    });
    return `${level} if (level.isFlat) { ${primals.join(" ")}\n${onTape(task, own)} }`;
  }
  const primals = all.map((name, i) => `const ${name} = ${values[i as Index]}${isOwn(i) ? ".primal" : ""};`);
  const tangents = own.map((i) => `const d${numbers[i]} = ${values[i]}.tangent;`);
  const areNumbers = own.flatMap((i) => [numbers[i], `d${numbers[i]}`]).map((name) => `typeof ${name} === "number"`);
  return `${level} ${[...primals, ...tangents].join(" ")} if (!level.isOpen) outlived();
    if (${areNumbers.join(" && ")}) { ${asDual(task, own, new Writer(task.references))} }
    ${asDual(task, own, new RealWriter(task.references))}`;
}

const kinds = ["Traced", "Dual"] as const;

/** What is done where not all arguments are numbers. */
function valuesText(task: Task): string {
  const one = (value: string, own: Index): string =>
    kinds.map((kind) => `if (${value} instanceof ${kind}) { ${branch(task, kind, [own])} }`).join(" else ");
  if (task.count === 1) return one("x", 0);
  const both = kinds.map(
    (kind) => `if (x instanceof ${kind}) {
      if (typeof z === "number") { ${branch(task, kind, [0])} }
      else if (z instanceof ${kind} && z.level === x.level) { ${branch(task, kind, [0, 1])} }
    }`,
  );
  return `if (typeof x === "number") { ${one("z", 1)} } else ${both.join(" else ")}`;
}

/** What is returned where all arguments are numbers. */
function numbersText({ primitive, count, references }: Task): string {
  const writer = new Writer(references);
  const y = writer.apply(primitive, values.slice(0, count));
  return [...writer.before, `return ${y};`].join("\n");
}

/**
 * Puts faster code in the place of what `operation` does, if it has one or two arguments: made from text, by default as the
 * page allows, or of closures.
 */
export function compileOperation(operation: Operation, { generate = canGenerate() }: KernelOptions = {}): void {
  const { arity } = operation.primitive;
  if (arity !== 1 && arity !== 2) return;
  if (generate) operation.call = ofText(operation, arity);
  else operation.call = arity === 1 ? ofOne(operation) : ofTwo(operation);
}

function ofText(operation: Operation, count: 1 | 2): Operation["call"] {
  const { primitive } = operation;
  const params = values.slice(0, count);
  const references = new References();
  const task: Task = { primitive, count, references };
  const known = Object.entries({ Traced, Dual, perform, operation, outlived: () => refuse("overload-outlived") });
  const body = [
    ...known.map(([name, what]) => `const ${name} = ${references.nameOf(what)};`),
    `const ofValues = (${params.join(", ")}) => {`,
    valuesText(task),
    `return perform(operation, [${params.join(", ")}]);`,
    "};",
    `return (${params.join(", ")}) => {`,
    `if (${params.map((x) => `typeof ${x} === "number"`).join(" && ")}) { ${numbersText(task)} }`,
    `return ofValues(${params.join(", ")});`,
    "};",
  ];
  return (references.compile([], body.join("\n")) as () => Operation["call"])();
}

// --------------------------------------------------------------------------------------------------------- Closures

/** The partials as functions of numbers; undefined where no derivative flows. */
function kernelsOf(primitive: Primitive, count: number): readonly (Kernel | undefined)[] {
  return Array.from({ length: count }, (_, i) =>
    isFlat(primitive, i, count) ? undefined : partialKernel(primitive, count, i, { generate: false }),
  );
}

/** Of values on a tape alone; others take the general way. */
function ofOne(operation: Operation): Operation["call"] {
  const { primitive, call } = operation;
  const primal = primitive.primal as (a: number) => number;
  const [kernel] = kernelsOf(primitive, 1);
  if (!kernel) return call;
  return (x) => {
    if (!(x instanceof Traced && x.level.isFlat)) return call(x as Real);
    const { level, index } = x;
    const a = level.primals[index] as number;
    const y = primal(a);
    return level.record(y, index, kernel(a, y));
  };
}

function ofTwo(operation: Operation): Operation["call"] {
  const { primitive, call } = operation;
  const primal = primitive.primal as (a: number, b: number) => number;
  const [byX, byZ] = kernelsOf(primitive, 2);
  if (!byX || !byZ) return call;
  return (x, z) => {
    if (x instanceof Traced && x.level.isFlat) {
      const { level, index } = x;
      const a = level.primals[index] as number;
      if (typeof z === "number") {
        const y = primal(a, z);
        return level.record(y, index, byX(a, z, y));
      }
      if (z instanceof Traced && z.level === level) {
        const b = level.primals[z.index] as number;
        const y = primal(a, b);
        return level.recordPair(y, index, byX(a, b, y), z.index, byZ(a, b, y));
      }
    } else if (typeof x === "number" && z instanceof Traced && z.level.isFlat) {
      const { level, index } = z;
      const b = level.primals[index] as number;
      const y = primal(x, b);
      return level.record(y, index, byZ(x, b, y));
    }
    return call(x as Real, z as Real);
  };
}
