import { describe, expect, it } from "vitest";
import { primitives } from "../elementals/index.ts";
import { interpret } from "../ir/interpret.ts";
import { parse } from "../ir/parse.ts";
import { verifyModule } from "../ir/verify.ts";
import { applyOperator, type OperatorRequest } from "./operators.ts";

/** The operator applied to the function `f` of an IR text, as a function that runs in the interpreter. */
function derive(text: string, request: OperatorRequest): (...args: unknown[]) => unknown {
  const { module, name } = applyOperator(parse(text, primitives), "f", request);
  verifyModule(module);
  return (...args) => {
    const results = interpret(module, name, args);
    expect(results.length).toBeLessThanOrEqual(1);
    return results[0];
  };
}

/** ln x + x y - sin y. */
const textbook = `func f(x: number, y: number) -> number {
  a = log x
  b = mul x, y
  c = sin y
  d = add a, b
  r = sub d, c
  return r
}`;

/** Sum of s x[i]^3. */
const cubes = `func f(x: Float64Array, s: number) -> number {
  %0 = const 0
  n = length x
  r = for i from %0 to n step 1 with sum = %0 {
    v = load x[i]
    v2 = mul v, v
    v3 = mul v2, v
    t = mul s, v3
    sum1 = add sum, t
    yield sum1
  }
  return r
}`;

/** y[i] = x[i] * x[i + 1 mod n], written over x. */
const rotate = `func f(x: Float64Array) -> Float64Array {
  %0 = const 0
  %1 = const 1
  n = length x
  for i from %0 to n step 1 {
    j = add i, %1
    k = rem j, n
    a = load x[i]
    b = load x[k]
    c = mul a, b
    store x[i] = c
  }
  return x
}`;

/** Products of all pairs, as rows, and the first element twice. */
const outer = `func f(x: [number], y: Float32Array) -> {rows: [[number]], first: number, label: string} {
  %0 = const 0
  n = length x
  m = length y
  rows: [[number]] = array
  for i from %0 to n step 1 {
    row: [number] = array
    for j from %0 to m step 1 {
      a = load x[i]
      b = load y[j]
      c = mul a, b
      push row, c
    }
    push rows, row
  }
  a0 = load x[%0]
  label = const "outer"
  r: {rows: [[number]], first: number, label: string} = record rows, a0, label
  return r
}`;

const pair = `func f(p: {a: number, b: [number], on: boolean}, k: number) -> #[number, [number]] {
  %0 = const 0
  a = get p.a
  b = get p.b
  b0 = load b[%0]
  ab = mul a, b0
  abk = mul ab, k
  c: [number] = array abk, a
  r: #[number, [number]] = record ab, c
  return r
}`;

/** Sum of the squares of all elements, where a missing row counts for nothing. */
const ragged = `func f(m: {rows: [[number]], extra: Float64Array | undefined}, on: boolean) -> number {
  %0 = const 0
  rows = get m.rows
  n = length rows
  total = for i from %0 to n step 1 with s = %0 {
    row = load rows[i]
    k = length row
    s1 = for j from %0 to k step 1 with t = s {
      a = load row[j]
      b = mul a, a
      t1 = add t, b
      yield t1
    }
    yield s1
  }
  extra = get m.extra
  here = present extra
  r = if here {
    some = unwrap extra
    last = load some[%0]
    p = mul total, last
    yield p
  } else {
    yield total
  }
  return r
}`;

const close = (actual: unknown, expected: unknown): void => {
  if (typeof expected === "number") expect(actual).toBeCloseTo(expected, 9);
  else if (typeof expected !== "object" || expected === null) expect(actual).toBe(expected);
  else {
    expect(Object.prototype.toString.call(actual)).toBe(Object.prototype.toString.call(expected));
    expect(Object.keys(actual as object)).toEqual(Object.keys(expected));
    for (const [k, v] of Object.entries(expected)) close((actual as Record<string, unknown>)[k], v);
  }
};

describe("jvp", () => {
  it("gives value and tangent, of all arguments or of some", () => {
    close(derive(textbook, { operator: "jvp" })([2, 5], [1, 10]), [
      Math.log(2) + 10 - Math.sin(5),
      5.5 + 20 - 10 * Math.cos(5),
    ]);
    close(derive(textbook, { operator: "jvp", argnums: 1 })([2, 5], [1]), [
      Math.log(2) + 10 - Math.sin(5),
      2 - Math.cos(5),
    ]);
  });

  it("leaves the caller's tangents alone where the function writes", () => {
    const x = Float64Array.of(2, 3);
    const dx = Float64Array.of(1, 0);
    close(derive(rotate, { operator: "jvp" })([x], [dx]), [Float64Array.of(6, 18), Float64Array.of(3, 9)]);
    close(dx, Float64Array.of(1, 0));
    close(x, Float64Array.of(6, 18));
  });

  it("keeps the structure, with null for what holds no number, and float arrays of their kind", () => {
    const f = derive(pair, { operator: "jvp" });
    const result = f([{ a: 2, b: [3], on: true }, 5], [{ a: 1, b: [10], on: null }, 0]);
    close(result, [
      [6, [30, 2]],
      [23, [115, 1]],
    ]);
    const g = derive(outer, { operator: "jvp" });
    close((g([[2], Float32Array.of(3)], [[1], Float32Array.of(0)]) as unknown[])[1], {
      rows: [[3]],
      first: 1,
      label: null,
    });
  });

  it("differentiates named outputs", () => {
    const f = derive(rotate, { operator: "jvp", outputs: ["result", 0] });
    const x = Float64Array.of(2, 3);
    const [value, tangent] = f([x], [Float64Array.of(1, 0)]) as [unknown, unknown];
    close(value, [Float64Array.of(6, 18), Float64Array.of(6, 18)]);
    close(tangent, [Float64Array.of(3, 9), Float64Array.of(3, 9)]);
  });
});

describe.each(["forward", "reverse", "auto"] as const)("gradients, mode %s", (mode) => {
  it("of numbers are bare for a number, tuples for a list", () => {
    close(derive(textbook, { operator: "grad", mode })(2, 5), 5.5);
    close(derive(textbook, { operator: "grad", mode, argnums: [1] })(2, 5), [2 - Math.cos(5)]);
    close(derive(textbook, { operator: "grad", mode, argnums: [1, 0] })(2, 5), [2 - Math.cos(5), 5.5]);
  });

  it("of arrays have their structure", () => {
    const f = derive(cubes, { operator: "valueAndGrad", mode, argnums: [0, 1] });
    close(f(Float64Array.of(1, 2, 3, 4, 5, -1), 2), [448, [Float64Array.of(6, 24, 54, 96, 150, 6), 224]]);
    close(derive(cubes, { operator: "grad", mode })(new Float64Array(0), 2), new Float64Array(0));
  });

  it("of nested structures have their structure", () => {
    const f = derive(ragged, { operator: "grad", mode });
    const rows = [[1, 2, 3, 4, 5], [], [6]];
    close(f({ rows, extra: undefined }, true), { rows: [[2, 4, 6, 8, 10], [], [12]], extra: undefined });
    close(f({ rows: [[1], [2]], extra: Float64Array.of(3, 4) }, true), {
      rows: [[6], [12]],
      extra: Float64Array.of(5, 0),
    });
    const all = derive(ragged, { operator: "grad", mode, argnums: [0, 1] })({ rows: [[1]], extra: undefined }, true);
    close(all, [{ rows: [[2]], extra: undefined }, null]);
  });

  it("with aux differentiate the value alone", () => {
    const text = `func f(x: number) -> #[number, [number]] {
      y = mul x, x
      aux: [number] = array x, y
      r: #[number, [number]] = record y, aux
      return r
    }`;
    close(derive(text, { operator: "grad", mode, hasAux: true })(3), [6, [3, 9]]);
    close(derive(text, { operator: "valueAndGrad", mode, hasAux: true })(3), [[9, [3, 9]], 6]);
  });

  it("are written into what the caller gives", () => {
    const out = Float64Array.of(7, 7);
    expect(derive(cubes, { operator: "gradInto", mode })(out, Float64Array.of(1, 2), 2)).toBeUndefined();
    close(out, Float64Array.of(6, 24));
    const both: [number, [Float64Array, number]] = [0, [out, 0]];
    derive(cubes, { operator: "valueAndGradInto", mode, argnums: [0, 1] })(both, Float64Array.of(1, 2), 3);
    close(both, [27, [Float64Array.of(9, 36), 9]]);
    expect(() => derive(cubes, { operator: "gradInto", mode })(out, out, 2)).toThrow(RangeError);
    const value: [number, number] = [0, 0];
    derive(textbook, { operator: "valueAndGradInto", mode })(value, 2, 5);
    close(value[1], 5.5);
  });

  it("are written into memory that no argument, and no other place of the result, has", () => {
    const text = `func f(m: {a: [number], b: [number]}) -> number {
      %0 = const 0
      a = get m.a
      b = get m.b
      x = load a[%0]
      y = load b[%0]
      y2 = mul y, y
      r = mul x, y2
      return r
    }`;
    const gradInto = derive(text, { operator: "gradInto", mode });
    const [m, out, shared] = [{ a: [2], b: [3] }, { a: [7], b: [7] }, [7]];
    gradInto(out, m);
    expect(out).toEqual({ a: [9], b: [12] });
    expect(() => gradInto({ ...m }, m)).toThrow("`out` must not overlap an argument");
    expect(() => gradInto({ a: shared, b: shared }, m)).toThrow("in two places");
    expect(m).toEqual({ a: [2], b: [3] });
    const memory = Float64Array.of(1, 2, 3);
    const intoFloats = derive(cubes, { operator: "gradInto", mode });
    expect(() => intoFloats(memory.subarray(1), memory.subarray(0, 2), 2)).toThrow(
      "`out` must not overlap an argument",
    );
    expect([...memory]).toEqual([1, 2, 3]);
  });

  it("of arguments that are written are with respect to the values at entry", () => {
    const text = `func f(x: [number], y: [number]) -> number {
      %0 = const 0
      a = load x[%0]
      b = load y[%0]
      c = mul a, b
      store x[%0] = c
      d = load y[%0]
      e = mul c, d
      return e
    }`;
    const f = derive(text, { operator: "grad", mode, argnums: [0, 1] });
    const x = [3];
    close(f(x, [2]), [[4], [12]]);
    close(x, [6]);
    // One object under both names: x^2 x^2.
    const z = [3];
    close(f(z, z), [[108], [108]]);
    close(z, [9]);
    close(derive(text, { operator: "grad", mode })(z, z), [4 * 9 ** 3]);
  });

  it("of one object under two names that is only read are its two partial derivatives", () => {
    const text = `func f(x: [number], y: [number]) -> number {
      %0 = const 0
      a = load x[%0]
      b = load y[%0]
      c = mul a, b
      d = mul a, c
      return d
    }`;
    const z = [3];
    close(derive(text, { operator: "grad", mode, argnums: [0, 1] })(z, z), [[18], [9]]);
  });
});

describe.each(["forward", "reverse"] as const)("Jacobians, mode %s", (mode) => {
  it("of a result that may be missing", () => {
    const text = `func f(x: [number], given: boolean) -> [number] | undefined {
      y = if given {
        %1 = const 0
        v = load x[%1]
        w = mul v, v
        s: [number] = array w
        some: [number] | undefined = wrap s
        yield some
      } else {
        none: [number] | undefined = const undefined
        yield none
      }
      return y
    }`;
    const f = derive(text, { operator: "jacobian", mode });
    close(f([3], true), [[6]]);
    expect(f([3], false)).toBeUndefined();
  });

  it("of numbers by numbers", () => {
    close(derive(textbook, { operator: "jacobian", mode, argnums: [0, 1] })(2, 5), [5.5, 2 - Math.cos(5)]);
  });

  it("of arrays by arrays are rows; the argument ends as after one call", () => {
    const x = Float64Array.of(2, 3, 4, 5, 6);
    const rows = derive(rotate, { operator: "jacobian", mode })(x);
    const y: number[] = [6, 12, 20, 30, 36];
    close(x, Float64Array.from(y));
    close(rows, [
      Float64Array.of(3, 2, 0, 0, 0),
      Float64Array.of(0, 4, 3, 0, 0),
      Float64Array.of(0, 0, 5, 4, 0),
      Float64Array.of(0, 0, 0, 6, 5),
      Float64Array.of(18, 12, 0, 0, 6),
    ]);
  });

  it("have the structure of the output, and at each number that of the arguments", () => {
    const f = derive(outer, { operator: "jacobian", mode, argnums: [1, 0] });
    close(f([2, 5], Float32Array.of(3)), {
      rows: [[[Float32Array.of(2), [3, 0]]], [[Float32Array.of(5), [0, 3]]]],
      first: [Float32Array.of(0), [1, 0]],
      label: null,
    });
    const g = derive(pair, { operator: "jacobian", mode });
    close(g({ a: 2, b: [3], on: true }, 5), [
      { a: 3, b: [2], on: null },
      [
        { a: 15, b: [10], on: null },
        { a: 1, b: [0], on: null },
      ],
    ]);
    close(derive(pair, { operator: "jacobian", mode, argnums: 1 })({ a: 2, b: [3], on: true }, 5), [0, [6, 0]]);
  });
});

describe("vjp", () => {
  it("gives a pullback that can be called again", () => {
    const f = derive(pair, { operator: "vjp" });
    const p = { a: 2, b: [3], on: true };
    const [value, pullback] = f(p, 5) as [[number, number[]], (w: unknown) => unknown];
    close(value, [6, [30, 2]]);
    p.a = 100;
    p.b[0] = 100;
    value[1][0] = 100;
    close(pullback([1, [0, 0]]), [{ a: 3, b: [2], on: null }, 0]);
    close(pullback([0, [1, 10]]), [{ a: 25, b: [10], on: null }, 6]);
    close(pullback([1, [0, 0]]), [{ a: 3, b: [2], on: null }, 0]);
  });

  it("takes numbers", () => {
    const [value, pullback] = derive(textbook, { operator: "vjp" })(2, 5) as [number, (w: number) => unknown];
    close(value, Math.log(2) + 10 - Math.sin(5));
    close(pullback(2), [11, 2 * (2 - Math.cos(5))]);
  });

  it("gives null for an argument that holds no number, of whatever structure", () => {
    const repeated = "func f(x: number, s: [string]) -> number {\n  n = length s\n  r = mul x, n\n  return r\n}";
    const [, pullback] = derive(repeated, { operator: "vjp", argnums: [0, 1] })(3, ["a", "b"]) as [
      number,
      (w: number) => unknown,
    ];
    expect(pullback(1)).toEqual([2, null]);
  });

  it("pulls back the final contents of arguments", () => {
    const f = derive(rotate, { operator: "vjp", outputs: [0] });
    const [, pullback] = f(Float64Array.of(2, 3)) as [unknown, (w: unknown) => unknown];
    close(pullback([Float64Array.of(0, 1)]), [Float64Array.of(9, 12)]);
    close(pullback([Float64Array.of(1, 0)]), [Float64Array.of(3, 2)]);
  });
});

describe("linearize", () => {
  it("gives a pushforward that can be called again, whatever becomes of the arguments", () => {
    const f = derive(pair, { operator: "linearize" });
    const p = { a: 2, b: [3], on: true };
    const [value, push] = f(p, 5) as [[number, number[]], (v: unknown) => unknown];
    close(value, [6, [30, 2]]);
    p.b[0] = 100;
    value[1][0] = 100;
    close(push([{ a: 1, b: [10], on: null }, 0]), [23, [115, 1]]);
    close(push([{ a: 0, b: [0], on: null }, 1]), [0, [6, 0]]);
    close(push([{ a: 1, b: [10], on: null }, 0]), [23, [115, 1]]);
  });

  it("works on functions that write their arguments", () => {
    const x = Float64Array.of(2, 3);
    const [value, push] = derive(rotate, { operator: "linearize" })(x) as [unknown, (v: unknown) => unknown];
    close(value, Float64Array.of(6, 18));
    const dx = Float64Array.of(1, 0);
    close(push([dx]), Float64Array.of(3, 9));
    close(push([Float64Array.of(0, 1)]), Float64Array.of(2, 12));
    close(push([dx]), Float64Array.of(3, 9));
    close(dx, Float64Array.of(1, 0));
  });
});

describe("second derivatives", () => {
  it.each(["forward", "reverse"] as const)("by numbers, %s", (mode) => {
    close(derive(textbook, { operator: "hessian", mode, argnums: [0, 1] })(2, 5), [
      [-0.25, 1],
      [1, Math.sin(5)],
    ]);
    close(derive(textbook, { operator: "hvp", mode, argnums: [0, 1] })([2, 5], [1, 10]), [9.75, 1 + 10 * Math.sin(5)]);
    close(derive(textbook, { operator: "hvp", mode })([2, 5], 4), -1);
  });

  it.each(["forward", "reverse"] as const)("by arrays, %s", (mode) => {
    const x = Float64Array.of(1, 2, 3, 4, 5);
    const rows = derive(cubes, { operator: "hessian", mode })(x, 2) as Float64Array[];
    close(
      rows.map((r, i) => r[i]),
      [12, 24, 36, 48, 60],
    );
    close(
      rows.map((r) => r.filter((v) => v !== 0).length),
      [1, 1, 1, 1, 1],
    );
    const v = Float64Array.of(1, 0, 2, 0, 0);
    close(derive(cubes, { operator: "hvp", mode })([x, 2], v), Float64Array.of(12, 0, 72, 0, 0));
  });
});

describe("requests that do not fit", () => {
  const code = (text: string, request: OperatorRequest): unknown => {
    try {
      derive(text, request);
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
    return undefined;
  };
  it("are refused", () => {
    expect(code(textbook, { operator: "grad", argnums: 2 })).toBe("argument-out-of-range");
    expect(code(textbook, { operator: "grad", argnums: [0, 0] })).toBe("argument-out-of-range");
    expect(code(rotate, { operator: "grad" })).toBe("result-not-scalar");
    expect(code(textbook, { operator: "gradInto" })).toBe("not-taken");
    expect(code("func f(s: boolean) -> boolean {\n  return s\n}", { operator: "jvp" })).toBe("no-result");
    expect(code("func f(s: boolean, x: number) -> number {\n  return x\n}", { operator: "grad" })).toBe(
      "argument-holds-no-numbers",
    );
  });
});
