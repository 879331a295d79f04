import { describe, expect, it } from "vitest";
import { add, cos, gt, mul, sin, sub } from "../elementals/index.ts";
import { type BlockBody, buildFunc, type ParamSpec } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import { array, boolean, number, optional, record, string } from "../ir/type.ts";
import type { Func, Module, Value } from "../ir/types.ts";
import { verifyModule } from "../ir/verify.ts";
import { forward } from "./forward.ts";
import { linearize } from "./linearize.ts";

const floats = array(number, "Float64Array");
const numbers = array(number);

function moduleOf(...functions: Func[]): Module {
  return { functions: new Map(functions.map((f) => [f.name, f])), globals: new Map() };
}
function program(params: readonly ParamSpec[], body: BlockBody): Module {
  return moduleOf(buildFunc("f", params, body));
}

/** The tangents of a flat function at `x` in the given directions, one list per direction, from each way of counting. */
function tangentsOf(module: Module, x: readonly number[], directions: readonly (readonly number[])[]): number[][] {
  const k = directions.length;
  const { module: derived, name } = forward(module, "f", { active: x.map(() => true), directions: k });
  const seeds = x.flatMap((_, i) => directions.map((d) => d[i] as number));
  verifyModule(derived);
  const results = interpret(derived, name, [...x, ...seeds]) as number[];
  const count = results.length / (k + 1);
  return directions.map((_, d) => Array.from({ length: count }, (_, r) => results[count + r * k + d] as number));
}

/** The same by `linearize`: the function runs once, the second sweep once for each direction. */
function linearizedTangentsOf(
  module: Module,
  x: readonly number[],
  directions: readonly (readonly number[])[],
): number[][] {
  const { module: derived, first, second } = linearize(module, "f", { active: x.map(() => true) });
  verifyModule(derived);
  const residuals = interpret(derived, first, x).at(-1);
  return directions.map((d) => interpret(derived, second, [...d, residuals]) as number[]);
}

function differences(module: Module, x: readonly number[], direction: readonly number[]): number[] {
  const h = 1e-6;
  const at = (s: number): number[] =>
    interpret(
      module,
      "f",
      x.map((v, i) => v + s * (direction[i] as number)),
    ) as number[];
  const below = at(-h);
  return at(h).map((v, i) => (v - (below[i] as number)) / (2 * h));
}

/** Checks forward mode of a function of numbers against differences: in one direction, in three at once, linearized. */
function check(module: Module, x: readonly number[]): void {
  const directions = [0, 1, 2].map((d) => x.map((_, i) => Math.sin(1 + i * 1.7 + d)));
  const together = tangentsOf(module, x, directions);
  const linearized = linearizedTangentsOf(module, x, directions);
  directions.forEach((direction, d) => {
    const expected = differences(module, x, direction);
    const alone = tangentsOf(module, x, [direction])[0] as number[];
    expected.forEach((e, r) => {
      expect(alone[r]).toBeCloseTo(e, 6);
      expect((together[d] as number[])[r]).toBeCloseTo(alone[r] as number, 12);
      expect((linearized[d] as number[])[r]).toBeCloseTo(alone[r] as number, 12);
    });
  });
}

const two: readonly ParamSpec[] = [
  { type: number, hint: "x" },
  { type: number, hint: "y" },
];

describe("forward mode", () => {
  it("sums partials times tangents", () => {
    check(
      program(two, (b, x, y) => [
        b.apply(sub, [b.apply(mul, [x as Value, y as Value]), b.apply(sin, [y as Value])]),
        b.apply(sub, [b.apply(cos, [y as Value]), x as Value]),
      ]),
      [2, 5],
    );
  });

  it("carries tangents through loops and branches", () => {
    const f = program(two, (b, x, y) => {
      const [sum] = b.for({ start: b.constant(0), end: b.constant(4), step: 1 }, [x as Value], (inner, i, s) => {
        const [next] = inner.if(
          inner.apply(gt, [i as Value, inner.constant(1)]),
          (t) => [t.apply(mul, [s as Value, t.apply(sin, [s as Value])])],
          (e) => [e.apply(add, [s as Value, e.apply(mul, [y as Value, i as Value])])],
        );
        return [next as Value];
      });
      const [root] = b.while(
        [sum as Value, b.constant(0)],
        (c, _s, n) => [c.apply(gt, [c.constant(3), n as Value])],
        (w, s, n) => [w.apply(cos, [s as Value]), w.apply(add, [n as Value, w.constant(1)])],
      );
      return [root as Value];
    });
    check(f, [0.7, 0.3]);
  });

  it("runs shadows beside arrays: literals, allocation, push, pop, store, accumulate, optional loads", () => {
    const f = program(two, (b, x, y) => {
      const list = b.array([x as Value, y as Value, b.constant(3)], numbers);
      b.push(list, b.apply(mul, [x as Value, y as Value]));
      b.push(list, b.apply(sin, [x as Value]));
      const popped = b.pop(list);
      b.store(list, b.constant(0), b.apply(mul, [popped, b.load(list, b.constant(3))]));
      const scratch = b.allocate(b.constant(3), floats, y as Value);
      b.accumulate(scratch, b.constant(1), b.load(list, b.constant(0)));
      b.accumulate(scratch, b.constant(7), x as Value);
      const past = b.load(list, b.constant(9), "past", true);
      const inside = b.load(list, b.constant(0), "inside", true);
      const orZero = (v: Value): Value =>
        b.if(
          b.present(v),
          (t) => [t.unwrap(v)],
          (e) => [e.constant(0)],
        )[0] as Value;
      const total = b.apply(add, [orZero(past), b.apply(mul, [orZero(inside), b.load(scratch, b.constant(1))])]);
      return [b.apply(add, [total, b.load(scratch, b.constant(2))])];
    });
    check(f, [0.7, 1.3]);
  });

  it("follows references through records, nested arrays and merges", () => {
    const point = record({
      name: "Point",
      isTuple: false,
      fields: [
        { name: "x", type: number },
        { name: "label", type: string },
        { name: "weights", type: numbers },
        { name: "isOn", type: boolean },
      ],
    });
    const f = program(two, (b, x, y) => {
      const p = b.record([x as Value, b.constant("p"), b.array([y as Value], numbers), b.constant(true)], point);
      const rows = b.array([b.getField(p, "weights"), b.array([b.constant(2)], numbers)], array(numbers));
      const row = b.load(rows, b.constant(0));
      b.setField(p, "x", b.apply(mul, [b.getField(p, "x"), b.load(row, b.constant(0))]));
      b.store(row, b.constant(0), b.getField(p, "x"));
      b.accumulateField(p, "x", y as Value);
      const [merged] = b.if(
        b.apply(gt, [x as Value, b.constant(100)]),
        (t) => [t.array([t.constant(1)], numbers)],
        (e) => [e.load(rows, e.constant(0))],
      );
      return [b.apply(mul, [b.load(merged as Value, b.constant(0)), b.getField(p, "x")])];
    });
    check(f, [0.7, 1.3]);
  });

  it("transforms the functions that are called, recursive ones too", () => {
    const power = buildFunc(
      "power",
      [
        { type: number, hint: "x" },
        { type: number, hint: "n" },
      ],
      (b, x, n) =>
        b.if(
          b.apply(gt, [n as Value, b.constant(0)]),
          (t) => {
            const rest = t.call("power", [x as Value, t.apply(sub, [n as Value, t.constant(1)])], [number]);
            return [t.apply(mul, [x as Value, rest[0] as Value])];
          },
          (e) => [e.constant(1)],
        ),
    );
    const f = buildFunc("f", two, (b, x, y) =>
      b.call("power", [b.apply(mul, [x as Value, y as Value]), b.constant(3)], [number]),
    );
    check(moduleOf(f, power), [0.7, 1.3]);
  });

  it("keeps snapshots, copies, shadows and tapes in step", () => {
    const f = program(two, (b, x, y) => {
      const list = b.array([x as Value, y as Value], floats);
      const before = b.snapshot([list]);
      const copied = b.copy(list);
      b.store(list, b.constant(0), b.apply(mul, [x as Value, y as Value]));
      const changed = b.load(list, b.constant(0));
      b.reinstate(before);
      const [zeros] = b.shadow([list]);
      b.addTo(zeros as Value, copied);
      b.accumulate(zeros as Value, b.constant(0), changed);
      const tape = b.tape(number, true);
      const base = b.grow(tape, b.constant(2));
      b.store(b.slots(tape), base, b.load(zeros as Value, b.constant(0)));
      b.store(b.slots(tape), b.apply(add, [base, b.constant(1)]), y as Value);
      const top = b.shrink(tape, b.constant(1));
      const kept = b.load(b.slots(tape), top);
      const first = b.shrink(tape, b.constant(1));
      const zeroth = b.load(b.slots(tape), first);
      b.release(tape);
      b.clear(zeros as Value);
      const cleared = b.load(zeros as Value, b.constant(1));
      return [
        b.apply(mul, [b.apply(mul, [kept, zeroth]), b.load(list, b.constant(0))]),
        b.apply(mul, [cleared, x as Value]),
      ];
    });
    check(f, [0.7, 1.3]);
  });

  it("runs conditions that do something, and loops within loops", () => {
    const f = program(two, (b, x, y) => {
      const list = b.array([x as Value, y as Value], numbers);
      const [total] = b.while(
        [b.constant(0), y as Value],
        (c, n) => {
          c.store(list, c.constant(0), c.apply(mul, [c.load(list, c.constant(0)), c.load(list, c.constant(1))]));
          return [c.apply(gt, [c.constant(3), n as Value])];
        },
        (w, n, s) => {
          const [inner] = w.for({ start: w.constant(3), end: n as Value, step: -1 }, [s as Value], (l, i, t) => [
            l.apply(add, [t as Value, l.apply(mul, [l.load(list, l.constant(0)), i as Value])]),
          ]);
          return [w.apply(add, [n as Value, w.constant(1)]), w.apply(sin, [inner as Value])];
        },
      );
      return [b.apply(mul, [total as Value, b.constant(1)]), b.load(list, b.constant(0))];
    });
    check(f, [0.7, 1.3]);
  });

  it("has shadows for constants that stand beside active structures", () => {
    const particle = record({
      name: "Particle",
      isTuple: false,
      fields: [
        { name: "at", type: numbers },
        { name: "table", type: array(floats) },
        { name: "flags", type: array(boolean) },
        { name: "spare", type: optional(numbers) },
      ],
    });
    const f = program(two, (b, x, y) => {
      const table = b.array(
        [b.array([b.constant(2)], floats), b.array([b.constant(3), b.constant(4)], floats)],
        array(floats),
      );
      const flags = b.array([b.constant(true)], array(boolean));
      const spare = b.wrap(b.array([b.constant(5)], numbers));
      const p = b.record([b.array([x as Value], numbers), table, flags, spare], particle);
      const other = b.record([b.array([y as Value], numbers), table, flags, b.missing(optional(numbers))], particle);
      const [chosen] = b.if(
        b.apply(gt, [x as Value, b.constant(0)]),
        () => [p],
        () => [other],
      );
      const at = b.load(b.getField(chosen as Value, "at"), b.constant(0));
      const weight = b.load(b.load(b.getField(chosen as Value, "table"), b.constant(1)), b.constant(1));
      return [b.apply(mul, [b.apply(mul, [at, weight]), y as Value])];
    });
    check(f, [0.7, 1.3]);
  });

  it("takes and gives shadows of structures", () => {
    const f = program(
      [
        { type: floats, hint: "xs" },
        { type: number, hint: "s" },
      ],
      (b, xs, s) => {
        b.store(xs as Value, b.constant(0), b.apply(mul, [s as Value, b.load(xs as Value, b.constant(1))]));
        return [xs as Value, b.load(xs as Value, b.constant(0))];
      },
    );
    const { module, name } = forward(f, "f", { active: [true, true], directions: 2 });
    const xs = Float64Array.of(1, 2);
    const dxs = Float64Array.of(1, 0, 0, 1);
    const results = interpret(module, name, [xs, 3, dxs, 10, 20]);
    expect(results[0]).toBe(xs);
    expect(results[2]).toBe(dxs);
    expect(results.slice(3)).toEqual([20, 43]);
    expect([...dxs]).toEqual([20, 43, 0, 1]);
  });

  it("gives shadows of its own to arguments that it writes and whose tangents are not given", () => {
    const f = program(
      [
        { type: floats, hint: "out" },
        { type: number, hint: "s" },
      ],
      (b, out, s) => {
        b.store(out as Value, b.constant(0), b.apply(mul, [s as Value, s as Value]));
        return [b.load(out as Value, b.constant(0))];
      },
    );
    for (const directions of [1, 2]) {
      const { module, name } = forward(f, "f", { active: [false, true], directions });
      const [value, first] = interpret(module, name, [new Float64Array(1), 3, 1, 0].slice(0, 2 + directions));
      expect([value, first]).toEqual([9, 6]);
    }
  });

  it("makes zeros for nested structures in several directions", () => {
    const f = program(
      [
        { type: optional(array(numbers)), hint: "data" },
        { type: number, hint: "s" },
      ],
      (b, data, s) => {
        const own = b.array([b.array([s as Value], numbers)], array(numbers));
        const [merged] = b.if(
          b.present(data as Value),
          (t) => [t.unwrap(data as Value)],
          () => [own],
        );
        return [b.apply(mul, [s as Value, b.load(b.load(merged as Value, b.constant(0)), b.constant(0))])];
      },
    );
    const { module, name } = forward(f, "f", { active: [false, true], directions: 3 });
    expect(interpret(module, name, [[[5]], 3, 1, 2, 4])).toEqual([15, 5, 10, 20]);
    expect(interpret(module, name, [undefined, 3, 1, 2, 4])).toEqual([9, 6, 12, 24]);
  });
});
