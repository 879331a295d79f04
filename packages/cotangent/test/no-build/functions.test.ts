/** Functions of JavaScript in Node, found in the running process: verbs, types of values, bodies, what is captured. */
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../cli/built.ts";
import { runModule, slow, valuesOf } from "./run.ts";

beforeAll(ensureBuilt, 300_000);

describe("JavaScript in Node", () => {
  test(
    "every verb with its options",
    () => {
      const run = runModule(`
import * as c from "cotangent";
const f = (x) => x * x * Math.sin(x);
const g = (v, k) => v.map((x) => x * x * k).reduce((a, b) => a + b, 0);
show(c.grad(f)(2) - (4 * Math.sin(2) + 4 * Math.cos(2)));
show(c.valueAndGrad(g)([1, 2], 3));
show(c.grad(g, { argnums: [0, 1] })([1, 2], 3));
show(c.grad(g, { argnums: 1, mode: "forward" })([1, 2], 3));
show(c.grad((x) => [x * x, "aux"], { hasAux: true })(3));
show(c.jvp(g)([[1, 2], 3], [[1, 0], 1]));
show(c.jvp(g, { argnums: [0] })([[1, 2], 3], [[1, 0]]));
show(c.vjp((x, y) => [x * y, x])(2, 3)[1]([1, 10]));
show(c.linearize((x, y) => x * y)(2, 3)[1]([1, 10]));
show(c.jacobian((v) => [v[0] * v[1], v[0]])([2, 3]));
show(c.hessian((v) => v[0] * v[0] * v[1])([2, 3]));
show(c.hvp((v) => v[0] * v[0] * v[1])([[2, 3]], [1, 0]));
const out = [0, 0];
c.gradInto(g)(out, [1, 2], 3);
show(out);
const both = [0, [0, 0]];
c.valueAndGradInto(g)(both, [1, 2], 3);
show(both);
show(c.jacobian((x, ys) => { for (let i = 0; i < ys.length; i++) ys[i] = x * i; return x; }, { outputs: ["result", 1] })(2, [0, 0]));
show(c.checkDerivatives(g, [[1, 2], 3]).ok);
`);
      expect(valuesOf(run)).toEqual([
        0,
        [15, [6, 12]],
        [[6, 12], 5],
        5,
        [6, "aux"],
        [15, 11],
        [15, 6],
        [13, 2],
        23,
        [
          [3, 2],
          [1, 0],
        ],
        [
          [6, 4],
          [4, 0],
        ],
        [6, 4],
        [6, 12],
        [15, [6, 12]],
        [1, [0, 1]],
        true,
      ]);
    },
    slow,
  );

  test(
    "a derivative of a derivative",
    () => {
      const run = runModule(`
import { grad, jvp, vjp } from "cotangent";
const cube = (x) => x ** 3;
const first = grad(cube);
show([grad(first)(2), grad(grad(first))(2), jvp(first)([2], [1]), vjp(first)(2)[1](1)]);
show(grad((x) => x * jvp(cube)([x], [1])[1])(2));
`);
      expect(run.stdout).toBe("[12,6,[12,12],[12]]\n36\n");
      expect(run.stderr).toBe("");
    },
    slow,
  );

  test(
    "types are those of the values",
    () => {
      const run = runModule(`
import { grad } from "cotangent";
const total = (v) => { let s = 0; for (const x of v) s += x * x; return s; };
show(grad(total)([1, 2]));
show(grad(total)(new Float64Array([1, 2])) instanceof Float64Array);
show(grad(total)(new Float32Array([1, 2])) instanceof Float32Array);
show(grad(total)([]));
show(grad((p) => p.w.reduce((s, row) => s + row[0] * p.b, 0))({ b: 2, w: [[1, 5], [3, 6]], name: "x", on: true }));
show(grad(([x, label]) => (label === "twice" ? 2 * x : x))([3, "twice"]));
show(grad((x, k = 2, { rate = 3 } = { rate: 5 }) => x * k * rate)(1));
show(grad((x, k = 2) => x * k)(1, 7));
show(grad((x, k) => (k === undefined ? x : x * k))(3));
show(grad((x, k) => (k === undefined ? x : x * k))(3, 5));
show(grad((x, k) => (k === null ? x : x * k))(3, null));
show(grad((xs) => xs.reduce((s, x) => s + (x ?? 10) * 2, 0))([1, undefined, 3]));
show(grad((rows) => { let s = 0; for (const row of rows) for (const x of row) s += x * x; return s; })([[], [1, 2]]));
/** @param {number[]} v  @param {{ rate?: number }} options */
function scaled(v, options) { return v[0] * (options.rate ?? 4); }
show([grad(scaled)([1], {}), grad(scaled)([1], { rate: 2 })]);
`);
      expect(valuesOf(run)).toEqual([
        [2, 4],
        true,
        true,
        [],
        {
          b: 4,
          w: [
            [2, 0],
            [2, 0],
          ],
          name: null,
          on: null,
        },
        [2, null],
        10,
        7,
        1,
        5,
        1,
        [2, 0, 2],
        [[], [2, 4]],
        [[4], [2]],
      ]);
    },
    slow,
  );

  test(
    "bodies without types",
    () => {
      const run = runModule(
        `
import { grad } from "cotangent";
import { norm, scale as grow, gains, rate } from "./helpers.js";
import * as all from "./helpers.js";
const steps = 3;
const limits = [1, 2, 3].map((x) => x * 10);
const cells = (n, x) => { const out = []; for (let i = 0; i < n; i++) out.push({ at: i, v: x * i }); return out; };
const grid = (x) => { const rows = []; for (let i = 0; i < 2; i++) { const row = []; for (let j = 0; j < 2; j++) row.push(x * (i + j)); rows.push(row); } return rows; };
const power = (x, n) => (n === 0 ? 1 : x * power(x, n - 1));
const swap = ({ a, b }) => [b, a];
function descend(x) { let best = null; for (let i = 0; i < 3; i++) { const y = x * i; if (best === null || y > best) best = y; } return best ?? 0; }
show(grad((x) => cells(3, x).reduce((s, c) => s + c.v * c.at, 0))(2));
show(grad((x) => { const g = grid(x); return g[0][1] + g[1][1] * g[1][1]; })(3));
show(grad((x) => power(x, steps))(2));
show(grad((v) => norm(v) * limits[1])([3, 4]));
show(grad((v) => norm(grow(v, 2)))([0, 4]));
show(grad((v) => all.norm(v) * gains[0] * rate)([3, 4]));
show(grad((x) => { const [p, q] = swap({ a: x, b: 2 * x }); return p * q; })(3));
show(grad((x) => { const m = Array.from({ length: 3 }, (_, i) => x * i); const w = new Array(3).fill(0); m.forEach((y, i) => { w[i] += y; }); return w[2]; })(3));
show(grad((x) => { const all = [...[x, x], x * x]; return Math.max(...all); })(3));
show(grad((x) => descend(x))(3));
show(grad((x) => { const { sin, cos } = Math; return sin(x) * cos(x); })(0));
show(grad((v) => v.filter((x) => x > 0).map((x) => [x, x * x]).map(([a, b]) => a * b).reduce((s, x) => s + x, 0))([1, -1, 2]));
`,
        {
          "helpers.js": `
export function norm(v) { return Math.sqrt(v.reduce((s, x) => s + x * x, 0)); }
export const scale = (v, k) => v.map((x) => x * k);
export const gains = Float64Array.from([2, 3]);
export let rate = 5;
`,
        },
      );
      expect(valuesOf(run)).toEqual([5, 25, 12, [12, 16], [0, 2], [6, 8], 12, 2, 6, 2, 1, [3, 0, 12]]);
    },
    slow,
  );

  test(
    "what a function captures is read when it is called",
    () => {
      const run = runModule(`
import { grad, vjp } from "cotangent";
function make(k, weights, act) {
  const half = (x) => x / 2;
  const config = { shift: k + 1 };
  return (x) => half(act(k * x)) * weights[0] + config.shift * x;
}
const square = (x) => x * x;
const twice = (x) => 2 * x;
show([grad(make(3, [1], square))(2), grad(make(4, [1], square))(2), grad(make(3, [1], twice))(2)]);
const weights = [1, 2];
const f = make(3, weights, square);
const g = grad(f);
const before = g(2);
weights[0] = 10;
show([before, g(2)]);
const data = new Float64Array([1, 2]);
const loss = (w) => data.reduce((s, x) => s + x * w, 0) ** 2;
const [, pullback] = vjp(loss)(1);
data.fill(100);
show(pullback(1));
const derivatives = [1, 2, 3].map((n) => grad((x) => x ** n)(2));
show(derivatives);
function counter(n) { function down(x, i) { return i === 0 ? 1 : x * n * down(x, i - 1); } return (x) => down(x, 2); }
show(grad(counter(3))(2));
const bind = { k: 5 };
show(grad((x) => x * bind.k)(1));
bind.k = 7;
show(grad((x) => x * bind.k)(1));
class Rates { static fast = 3; static of(x) { return x * Rates.fast; } }
const rated = grad((x) => Rates.of(x) * Rates.fast);
const was = rated(1);
Rates.fast = 4;
show([was, rated(1)]);
const ops = { act: (x) => x * x };
const acted = grad((x) => ops.act(x));
const old = acted(3);
ops.act = (x) => x * x * x;
show([old, acted(3)]);
`);
      expect(valuesOf(run)).toEqual([[22, 37, 7], [22, 184], [18], [1, 4, 12], 36, 5, 7, [9, 16], [6, 27]]);
    },
    slow,
  );
});
