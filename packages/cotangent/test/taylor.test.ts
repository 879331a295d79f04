/**
 * Taylor arithmetic against nested forward mode, over every program of the corpus that has a number for an argument; what
 * it costs; and where it is refused.
 */
import { describe, expect, test } from "vitest";
import { openProgram } from "../src/api/compile.ts";
import { evaluateText } from "../src/api/evaluate.ts";
import { applyOperator, type OperatorRequest } from "../src/api/operators.ts";
import { CotangentError } from "../src/core/errors.ts";
import { interpret } from "../src/ir/interpret.ts";
import type { Func } from "../src/ir/types.ts";
import { verifyModule } from "../src/ir/verify.ts";
import { forEachInstr } from "../src/ir/visit.ts";
import { optimize } from "../src/optimize/pipeline.ts";
import { corpus, corpusFolder, importsOf } from "./support/corpus.ts";
import {
  type AnyFunction,
  evaluateDerived,
  type Imports,
  type Lowered,
  lowerFunction,
  openFiles,
  preparedOnce,
} from "./support/engines.ts";
import { numbersOf } from "./support/numbers.ts";

const files = [...new Set(corpus.map(({ file }) => corpusFolder + file))];
const source = openFiles(files);

function applied(lowered: Lowered, request: OperatorRequest): Lowered {
  const ready = preparedOnce(lowered, true);
  const { module, name, border } = applyOperator(ready.module, ready.entry, request);
  verifyModule(module);
  return { module, entry: name, border };
}

async function compiled(lowered: Lowered, imports?: Imports): Promise<AnyFunction> {
  return evaluateDerived({ ...lowered, module: optimize(lowered.module, lowered.entry, "after") }, imports);
}

/** Programs with a number among their arguments, by its position. */
/** The tangent of a union that is made inside has zeros for the properties that an object lacks; its series has not. */
const otherPlaces: ReadonlySet<string> = new Set(["resultOfUnion"]);
/** By a number that may be missing, or with a result whose type is recursive: refused. */
const refused: ReadonlySet<string> = new Set(["nonNull", "logical", "planted", "behindDefaults", "handedOn"]);
/** Forward mode is nested here without the border at which values are made into what generated code has. */
const withBorder: ReadonlySet<string> = new Set(["kept-by-name.ts", "kinds-outside.ts"]);
const candidates = corpus.flatMap((program) => {
  if (
    withBorder.has(program.file) ||
    program.name === "mapsGathered" ||
    otherPlaces.has(program.name) ||
    refused.has(program.name)
  )
    return [];
  const points = program.args.map((make) => make());
  const places = program.argnums ?? [...(points[0] ?? []).keys()];
  const along = places.find((i) => points.every((args) => typeof args[i] === "number"));
  return along === undefined ? [] : [{ ...program, along }];
});

/** Every second program to order 2: nested forward mode of order 3 takes most of the time. */
const orderOf = (n: number): number => (n % 2 === 0 ? 3 : 2);

describe("coefficients are those of nested forward mode", () => {
  test.each(candidates.map((program, n) => [program.name, program, n] as const))("%s", async (_, program, n) => {
    const order = orderOf(n);
    const lowered = lowerFunction(source, corpusFolder + program.file, program.name);
    const imports = await importsOf(program);
    const argnums = program.along;
    const series = await compiled(applied(lowered, { operator: "taylor", argnums, order }), imports);
    const derivative = await compiled(applied(lowered, { operator: "derivative", argnums, order }), imports);
    let nested = lowered;
    const orders: AnyFunction[] = [];
    for (let k = 1; k <= order; k++) {
      nested = applied(nested, { operator: "jacobian", argnums, mode: "forward", again: k < order });
      orders.push(await compiled(nested, imports));
    }
    for (const make of program.args) {
      const found = numbersOf(series(...make()));
      let factorial = 1;
      orders.forEach((f, k) => {
        factorial *= k + 1;
        const expected = numbersOf(f(...make()));
        const scale = expected.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1e-3);
        expected.forEach((x, i) => {
          const y = (found[i * (order + 1) + k + 1] as number) * factorial;
          const same = Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-9 * scale;
          if (!same) expect.fail(`order ${k + 1}: ${y} where nested forward mode gives ${x}`);
        });
        if (k === order - 1) {
          numbersOf(derivative(...make())).forEach((y, i) => {
            expect(Math.abs(y - (expected[i] as number))).not.toBeGreaterThan(1e-9 * scale);
          });
        }
      });
    }
  });
});

const ops20 = `
import { customJvp, customVjp, grad } from "cotangent";
const logistic: (x: number) => number = customJvp(
  (x: number) => 1 / (1 + Math.exp(-x)),
  ([x], [dx]) => {
    const y = logistic(x);
    return [y, y * (1 - y) * dx];
  },
);
const cubeIn: (x: number[]) => void = customVjp(
  (x: number[]) => {
    x[0] = x[0] ** 3;
  },
  (x) => {
    const at = x[0];
    cubeIn(x);
    return [[x], ([bar]) => [[3 * bar[0] * at * at]]];
  },
  { outputs: [0] },
);
export function ruled(x: number): number {
  const at = [Math.sin(x)];
  cubeIn(at);
  return logistic(at[0] * x) * at[0];
}
export function plain(x: number): number {
  const at = Math.sin(x) ** 3;
  return at / (1 + Math.exp(-at * x));
}
export function inner(x: number): number {
  return grad((y: number) => y ** 3 * x ** 3, { mode: "reverse" })(x);
}
export function f(x: number): number {
  const a = Math.sin(x) * x;
  const b = Math.exp(a) + x;
  const c = b / (1 + a * a);
  const d = Math.sqrt(c * c + 2);
  const e = Math.log(d) - Math.cos(b);
  const g = Math.tanh(e) * d + Math.atan(a);
  return g * e - c / (d + 3);
}
export function pair(x: number): { sum: Float64Array; last: [number, string] } {
  const sum = new Float64Array(2);
  sum[0] = x ** 3;
  sum[1] += Math.sin(x);
  return { sum, last: [x, "x"] };
}
export function exchange(x: number, a: number[], b: number[]): number {
  a[0] = x * x;
  b[0] += a[0];
  return a[0] * b[0];
}
`;
const program = openProgram({ sources: { "/f.ts": ops20 } });

/** How many multiplications, divisions and elementals of their weight a function executes in a straight line. */
function work(order: number): number {
  const { module, entry } = program.derive(
    "/f.ts#f",
    order === 0 ? { operator: "value" } : { operator: "taylor", order },
  );
  let sum = 0;
  for (const func of module.functions.values() as Iterable<Func>) {
    if (order > 0 && func.name === "f") continue;
    forEachInstr(func.body, (instr) => {
      if (instr.op === "apply") sum += instr.primitive.cost;
    });
  }
  expect(module.functions.has(entry)).toBe(true);
  return sum;
}

test("the cost grows with a power of the order: order 10 at most 100 times the primal", () => {
  const primal = work(0);
  expect(work(10) / primal).toBeLessThan(100);
  expect(work(20) / work(10)).toBeLessThan(6);
});

test("each number of a structure has its derivative", async () => {
  const of = async (request: OperatorRequest): Promise<AnyFunction> => {
    const made = program.derive("/f.ts#pair", request);
    return (await evaluateText(made.text)).get(made.name) as AnyFunction;
  };
  expect((await of({ operator: "derivative", order: 2 }))(2)).toEqual({ sum: [12, -Math.sin(2)], last: [0, null] });
  expect((await of({ operator: "taylor", order: 2 }))(2)).toEqual({
    sum: [
      [8, 12, 6],
      [Math.sin(2), Math.cos(2), -Math.sin(2) / 2],
    ],
    last: [[2, 1, 0], null],
  });
});

test("arguments that are one object, functions with rules and reverse sweeps inside", async () => {
  const of = async (name: string, request: OperatorRequest): Promise<AnyFunction> => {
    const made = program.derive(`/f.ts#${name}`, request);
    return (await evaluateText(made.text)).get(made.name) as AnyFunction;
  };
  const second = await of("exchange", { operator: "derivative", order: 2 });
  // x² (b + x²) of two, 4 x⁴ of one.
  expect(second(3, [1], [5])).toBeCloseTo(2 * 5 + 12 * 9, 10);
  const one = [1];
  expect(second(3, one, one)).toBeCloseTo(48 * 9, 10);
  expect(one).toEqual([18]);
  const series = (await of("ruled", { operator: "taylor", order: 5 }))(0.7) as number[];
  const expected = (await of("plain", { operator: "taylor", order: 5 }))(0.7) as number[];
  expected.forEach((c, k) => {
    expect(series[k]).toBeCloseTo(c, 11);
  });
  // d³/dx³ of 3 y² x³ at y = x: of 3 x⁵.
  const third = await of("inner", { operator: "derivative", order: 3 });
  expect(third(2)).toBeCloseTo(180 * 4, 9);
});

test("orders that are not taken are refused", () => {
  const code = (name: string, request: OperatorRequest): string => {
    try {
      program.derive(`/f.ts#${name}`, request);
    } catch (error) {
      if (error instanceof CotangentError) return error.code;
      throw error;
    }
    return "taken";
  };
  expect(code("f", { operator: "derivative", order: 0 })).toBe("argument-out-of-range");
  expect(code("f", { operator: "derivative", order: 1.5 })).toBe("argument-out-of-range");
  expect(code("exchange", { operator: "derivative", order: 2, argnums: 1 })).toBe("not-taken");
  expect(code("ruled", { operator: "taylor", order: 8 })).toBe("taken");
  expect(code("ruled", { operator: "taylor", order: 9 })).toBe("not-taken");
});

test("the interpreter gives what generated code gives", async () => {
  const lowered = lowerFunction(source, `${corpusFolder}loops.ts`, "newtonSqrt");
  const made = applied(lowered, { operator: "taylor", order: 4 });
  const [series] = interpret(made.module, made.entry, [2]);
  expect(numbersOf(series)).toEqual(numbersOf((await compiled(made))(2)));
});
