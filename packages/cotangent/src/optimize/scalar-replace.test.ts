import { describe, expect, it } from "vitest";
import * as p from "../elementals/index.ts";
import { type BlockBuilder, buildFunc, type ParamSpec } from "../ir/build.ts";
import { interpret } from "../ir/interpret.ts";
import * as t from "../ir/type.ts";
import type { Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { scalarReplace } from "./scalar-replace.ts";
import { unrollLoops } from "./unroll.ts";

const moduleOf = (...functions: Func[]): Module => ({
  functions: new Map(functions.map((f) => [f.name, f])),
  globals: new Map(),
});
const run = (func: Func, ...args: unknown[]): unknown[] => interpret(moduleOf(func), func.name, args);
function opsOf(func: Func): Set<Instr["op"]> {
  const ops = new Set<Instr["op"]>();
  forEachInstr(func.body, (i) => void ops.add(i.op));
  return ops;
}
const point = t.record({
  name: "Point",
  isTuple: false,
  fields: [
    { name: "x", type: t.number },
    { name: "y", type: t.number },
  ],
});
const x: ParamSpec = { type: t.number, hint: "x" };
const memoryOps: Instr["op"][] = [
  "record",
  "array",
  "allocate",
  "getField",
  "setField",
  "load",
  "store",
  "accumulate",
  "length",
];
const inputs = [-1.5, 0, 0.5, 3];

function expectScalars(func: Func): void {
  const replaced = scalarReplace(func);
  const left = opsOf(replaced);
  expect(memoryOps.filter((op) => left.has(op))).toEqual([]);
  for (const input of inputs) expect(run(replaced, input)).toStrictEqual(run(func, input));
}
function expectUntouched(func: Func): void {
  expect(scalarReplace(func)).toBe(func);
}

describe("scalarReplace", () => {
  it("follows writes through branches and loops", () => {
    expectScalars(
      buildFunc("f", [x], (b, a) => {
        const q = b.record([a as Value, b.constant(1)], point, "q");
        b.if(b.apply(p.gt, [a as Value, b.constant(0)]), (c) => {
          c.setField(q, "y", c.apply(p.sin, [a as Value]));
          return [];
        });
        b.for({ start: b.constant(0), end: b.constant(3), step: 1 }, [], (c, i) => {
          c.accumulateField(q, "x", c.apply(p.mul, [c.getField(q, "y"), i as Value]));
          return [];
        });
        const [k] = b.while(
          [b.constant(0)],
          (c) => [c.apply(p.lt, [c.getField(q, "x"), c.constant(10)])],
          (c, i) => {
            c.setField(q, "x", c.apply(p.add, [c.getField(q, "x"), c.constant(2)]));
            return [c.apply(p.add, [i as Value, c.constant(1)])];
          },
        );
        return [b.getField(q, "x"), b.getField(q, "y"), k as Value];
      }),
    );
  });

  it("takes small arrays with known places, made by a literal or an allocation", () => {
    expectScalars(
      buildFunc("f", [x], (b, a) => {
        const u = b.array([a as Value, b.constant(2)], t.array(t.number), "u");
        const v = b.allocate(b.constant(3), t.array(t.number, "Float64Array"), undefined, "v");
        b.store(v, b.constant(1), b.load(u, b.constant(0)));
        b.accumulate(v, b.constant(1), b.load(u, b.constant(1)));
        const sum = b.apply(p.add, [b.load(v, b.constant(1)), b.load(v, b.constant(2))]);
        const last = b.load(u, b.constant(5), "last", true);
        const [or] = b.if(
          b.present(last),
          (c) => [c.unwrap(last)],
          (c) => [c.constant(7)],
        );
        return [sum, b.length(v), or as Value];
      }),
    );
  });

  it("takes references that go round a loop and merge in a branch, if nobody writes to them", () => {
    expectScalars(
      buildFunc("f", [x], (b, a) => {
        const first = b.record([a as Value, b.constant(0)], point, "q");
        const [last] = b.for({ start: b.constant(0), end: b.constant(4), step: 1 }, [first], (c, i, q) => {
          const [next] = c.if(
            c.apply(p.gt, [c.getField(q as Value, "x"), c.constant(1)]),
            (d) => [d.record([d.getField(q as Value, "y"), i as Value], point)],
            (d) => [d.record([d.apply(p.add, [d.getField(q as Value, "x"), d.constant(1)]), d.constant(1)], point)],
          );
          return [next as Value];
        });
        return [b.getField(last as Value, "x"), b.getField(last as Value, "y")];
      }),
    );
  });

  it("takes what a replaced object held", () => {
    const segment = t.record({
      name: "Segment",
      isTuple: false,
      fields: [
        { name: "from", type: point },
        { name: "to", type: point },
      ],
    });
    expectScalars(
      buildFunc("f", [x], (b, a) => {
        const from = b.record([a as Value, b.constant(0)], point);
        const made = b.record([from, b.record([b.constant(3), a as Value], point)], segment);
        const [end] = b.for({ start: b.constant(0), end: b.constant(2), step: 1 }, [made], (c, _i, s) => [
          c.record([c.getField(s as Value, "to"), c.getField(s as Value, "from")], segment),
        ]);
        return [b.getField(b.getField(end as Value, "from"), "x"), b.getField(b.getField(end as Value, "to"), "y")];
      }),
    );
  });

  it("leaves out a branch that throws", () => {
    const func = buildFunc("f", [x], (b, a) => {
      const q = b.record([a as Value, a as Value], point, "q");
      b.if(
        b.apply(p.lt, [a as Value, b.constant(0)]),
        (c) => {
          c.setField(q, "x", c.constant(1));
          c.throw("RangeError");
          return [];
        },
        (c) => {
          c.setField(q, "x", c.constant(2));
          return [];
        },
      );
      return [b.getField(q, "x")];
    });
    const replaced = scalarReplace(func);
    expect(opsOf(replaced).has("record")).toBe(false);
    expect(run(replaced, 1)).toEqual([2]);
    expect(() => run(replaced, -1)).toThrow(RangeError);
  });

  it("leaves what escapes", () => {
    expectUntouched(buildFunc("f", [x], (b, a) => [b.record([a as Value, a as Value], point)]));
    expectUntouched(
      buildFunc("f", [x, { type: t.array(point) }], (b, a, all) => {
        const q = b.record([a as Value, a as Value], point);
        b.push(all as Value, q);
        return [b.getField(q, "x")];
      }),
    );
    expectUntouched(
      buildFunc("f", [x], (b, a) => {
        const q = b.array([a as Value], t.array(t.number));
        return [b.load(q, a as Value)];
      }),
    );
  });

  it("leaves references that may be one another and are written", () => {
    const func = buildFunc("f", [x], (b, a) => {
      const q = b.record([a as Value, a as Value], point);
      const r = b.record([b.constant(1), a as Value], point);
      const [s] = b.if(
        b.apply(p.gt, [a as Value, b.constant(0)]),
        () => [q],
        () => [r],
      );
      b.setField(s as Value, "x", b.constant(9));
      return [b.getField(q, "x"), b.getField(r, "x")];
    });
    expectUntouched(func);
  });

  it("leaves an object that a loop's condition writes", () => {
    const func = buildFunc("f", [x], (b, a) => {
      const q = b.record([a as Value, b.constant(0)], point);
      b.while(
        [],
        (c) => {
          c.accumulateField(q, "x", c.constant(1));
          return [c.apply(p.lt, [c.getField(q, "x"), c.constant(4)])];
        },
        () => [],
      );
      return [b.getField(q, "x")];
    });
    expectUntouched(func);
  });

  it("leaves single precision, which rounds", () => {
    const single = t.array(t.number, "Float32Array");
    const func = buildFunc("f", [x], (b, a) => {
      const q = b.allocate(b.constant(2), single);
      b.store(q, b.constant(0), a as Value);
      return [b.load(q, b.constant(0))];
    });
    expectUntouched(func);
  });
});

describe("records that join from elsewhere", () => {
  const outer: ParamSpec = { type: point, hint: "from" };
  /** A state that begins as the parameter and is replaced in each turn; `within` is what else happens in a turn. */
  const replacing = (within: (b: BlockBuilder, from: Value) => void): Func =>
    buildFunc("f", [outer], (b, from) => {
      const [last] = b.for({ start: b.constant(0), end: b.constant(3), step: 1 }, [from as Value], (c, _i, s) => {
        within(c, from as Value);
        const half = c.apply(p.mul, [c.getField(s as Value, "x"), c.constant(0.5)]);
        return [c.record([c.getField(s as Value, "y"), half], point)];
      });
      return [b.getField(last as Value, "x"), b.getField(last as Value, "y")];
    });
  const at = () => ({ x: 3, y: 5 });

  it("reads their fields when they do", () => {
    const func = replacing(() => {});
    const replaced = scalarReplace(func);
    expect(opsOf(replaced).has("record")).toBe(false);
    expect(run(replaced, at())).toStrictEqual(run(func, at()));
  });

  it("leaves them where such a field is written, by any name", () => {
    const func = replacing((b, from) => b.accumulateField(from, "x", b.constant(1)));
    expectUntouched(func);
    expect(run(scalarReplace(func), at())).toStrictEqual(run(func, at()));
  });
});

describe("unrollLoops", () => {
  const summing = (trips: number): Func =>
    buildFunc("f", [x], (b, a) => {
      const q = b.allocate(b.constant(4), t.array(t.number, "Float64Array"), undefined, "q");
      b.store(q, b.constant(1), a as Value);
      return b.for({ start: b.constant(0), end: b.constant(trips), step: 1 }, [b.constant(0)], (c, i, s) => {
        c.accumulate(q, i as Value, c.constant(0.5));
        return [c.apply(p.add, [s as Value, c.load(q, i as Value)])];
      });
    });

  it("writes out a short loop over a small array, which can then go", () => {
    for (const trips of [0, 1, 4]) {
      const func = summing(trips);
      const unrolled = scalarReplace(unrollLoops(func));
      expect(opsOf(unrolled).has("for")).toBe(false);
      expect(opsOf(unrolled).has("allocate")).toBe(false);
      for (const input of inputs) expect(run(unrolled, input)).toStrictEqual(run(func, input));
    }
  });

  it("leaves long loops, and short ones that gain nothing", () => {
    const long = summing(100);
    expect(unrollLoops(long).body).toEqual(long.body);
    const plain = buildFunc("f", [x], (b, a) =>
      b.for({ start: b.constant(0), end: b.constant(3), step: 1 }, [a as Value], (c, _i, s) => [
        c.apply(p.sin, [s as Value]),
      ]),
    );
    expect(unrollLoops(plain).body).toEqual(plain.body);
  });
});
