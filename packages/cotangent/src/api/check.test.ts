import { expect, test } from "vitest";
import { type CompiledFunctions, checkCompiled, checkDerivatives, differentiate, examine } from "./check.ts";

const product: CompiledFunctions = {
  name: "product",
  value: (x, y) => (x as number) * Math.exp(y as number),
  jvp: (primals, tangents) => {
    const [x, y] = primals as [number, number];
    const [dx, dy] = tangents as [number, number];
    return [x * Math.exp(y), dx * Math.exp(y) + dy * x * Math.exp(y)];
  },
  vjp: (...primals) => {
    const [x, y] = primals as [number, number];
    return [x * Math.exp(y), (w) => [(w as number) * Math.exp(y), (w as number) * x * Math.exp(y)]];
  },
};

test("right derivatives pass, in every direction and law", () => {
  const report = checkCompiled(product, [2, 0.5]);
  expect(report.ok).toBe(true);
  expect(report.directions).toHaveLength(5);
  for (const d of report.directions) expect(d.verdict).toBe("ok");
});

test("a wrong pullback fails the differences and the dot-product test", () => {
  const wrong: CompiledFunctions = { ...product, vjp: () => [2 * Math.exp(0.5), (w) => [w, w]] };
  const report = examine(wrong, [2, 0.5]);
  expect(report.ok).toBe(false);
  expect(report.directions.every((d) => d.verdict === "wrong" && d.dotProductVerdict === "wrong")).toBe(true);
  expect(() => checkCompiled(wrong, [2, 0.5])).toThrow(/wrong/);
});

test("two modes wrong in the same way fail the differences", () => {
  const wrong: CompiledFunctions = {
    ...product,
    jvp: (primals, tangents) => {
      const [x, y] = primals as [number, number];
      return [x * Math.exp(y), (tangents as [number, number])[0] * Math.exp(y)];
    },
    vjp: (x, y) => [(x as number) * Math.exp(y as number), (w) => [(w as number) * Math.exp(y as number), 0]],
  };
  expect(examine(wrong, [2, 0.5]).ok).toBe(false);
});

test("a pullback that reads its arguments again is found out", () => {
  const reading: CompiledFunctions = {
    name: "norm",
    value: (x) => (x as number[]).reduce((s, e) => s + e * e, 0),
    jvp: (primals, tangents) => {
      const x = primals[0] as number[];
      const dx = (tangents as number[][])[0]!;
      return [x.reduce((s, e) => s + e * e, 0), x.reduce((s, e, i) => s + 2 * e * dx[i]!, 0)];
    },
    vjp: (x) => [
      (x as number[]).reduce((s, e) => s + e * e, 0),
      (w) => [(x as number[]).map((e) => 2 * e * (w as number))],
    ],
  };
  const report = examine(reading, [[1, 2, 3]]);
  expect(report.laws.map((l) => l.verdict)).toEqual(["ok", "ok", "wrong"]);
  expect(report.ok).toBe(false);
});

test("an integer that only steers is held fixed", () => {
  const power = (x: number, n: number): number => {
    let y = 1;
    for (let i = 0; i < n; i++) y *= x;
    return y;
  };
  const steered: CompiledFunctions = {
    name: "power",
    value: (x, n) => power(x as number, n as number),
    jvp: (primals, tangents) => {
      const [x, n] = primals as [number, number];
      return [power(x, n), n * power(x, n - 1) * (tangents as number[])[0]!];
    },
    vjp: (x, n) => [
      power(x as number, n as number),
      (w) => [(w as number) * (n as number) * power(x as number, (n as number) - 1), 0],
    ],
  };
  const report = examine(steered, [1.5, 4]);
  expect(report).toMatchObject({ ok: true, held: 1 });
  expect(report.directions.every((d) => d.verdict === "ok")).toBe(true);
});

test("so is a length, beside which the function throws", () => {
  const ofLength = (x: number, n: number): number => new Array<number>(n).fill(x).reduce((s, e) => s + e * e, 0);
  const filled: CompiledFunctions = {
    name: "filled",
    value: (x, n) => ofLength(x as number, n as number),
    jvp: ([x, n], tangents) => [
      ofLength(x as number, n as number),
      2 * (x as number) * (n as number) * (tangents as number[])[0]!,
    ],
    vjp: (x, n) => [ofLength(x as number, n as number), (w) => [2 * (x as number) * (n as number) * (w as number), 0]],
  };
  const report = examine(filled, [1.5, 3]);
  expect(report.held).toBe(1);
  expect(report.directions.every((d) => d.verdict === "ok")).toBe(true);
});

test("so is a stride, beside which the function is not defined", () => {
  const sumEvery = (x: number[], stride: number): number => {
    let sum = 0;
    for (let i = 0; i < 2; i++) sum += x[i * stride]!;
    return sum;
  };
  const strided: CompiledFunctions = {
    name: "sumEvery",
    value: (x, stride) => sumEvery(x as number[], stride as number),
    jvp: ([x, stride], tangents) => [
      sumEvery(x as number[], stride as number),
      sumEvery((tangents as number[][])[0]!, stride as number),
    ],
    vjp: (x, stride) => [
      sumEvery(x as number[], stride as number),
      (w) => [(x as number[]).map((_, i) => (i === 0 || i === stride ? (w as number) : 0)), 0],
    ],
  };
  const report = examine(strided, [[1.5, 2.5, 3.5], 2]);
  expect(report).toMatchObject({ ok: true, held: 1 });
  expect(report.directions.every((d) => d.verdict === "ok")).toBe(true);
});

test("extrapolated differences are exact to about eleven digits, and say so", () => {
  const { value, error } = differentiate((t) => Math.exp(1 + t) * Math.sin(2 * t));
  expect(Math.abs(value - 2 * Math.E)).toBeLessThan(1e-10);
  expect(error).toBeLessThan(1e-9);
});

test("a call that no route compiled says so", () => {
  expect(() => checkDerivatives((x: number) => x, [1])).toThrow(/not compiled/);
});

test("a wrong rule: which entries, by how much, against what", () => {
  // The map (x, y) -> { p: x y, q: [x², y²] } with one entry of its derivative wrong, in both modes.
  const wrong: CompiledFunctions = {
    name: "wrong",
    value: (x, y) => ({ p: (x as number) * (y as number), q: [(x as number) ** 2, (y as number) ** 2] }),
    jvp: (primals, tangents) => {
      const [x, y] = primals as [number, number];
      const [dx, dy] = tangents as [number, number];
      return [wrong.value(x, y), { p: x * dy + y * dx, q: [2 * x * dx, 3 * y * dy] }];
    },
    vjp: (...primals) => {
      const [x, y] = primals as [number, number];
      return [
        wrong.value(x, y),
        (w) => {
          const { p, q } = w as { p: number; q: [number, number] };
          return [y * p + 2 * x * q[0], x * p + 3 * y * q[1]];
        },
      ];
    },
  };
  const report = examine(wrong, [2, 0.5]);
  expect(report.ok).toBe(false);
  expect(report.entries).toHaveLength(1);
  expect(report.entries[0]).toMatchObject({ output: "result.q[1]", input: "arguments[1]", forward: 1.5, reverse: 1.5 });
  expect(report.entries[0]?.difference).toBeCloseTo(1, 9);
  expect(() => checkCompiled(wrong, [2, 0.5])).toThrow(
    /d result\.q\[1\] \/ d arguments\[1\]: forward 1\.5000000 \(off by 0\.500\), reverse 1\.5000000 \(off by 0\.500\), differences 1\.0000000 ±/,
  );
  expect(examine(product, [2, 0.5]).entries).toEqual([]);
});
