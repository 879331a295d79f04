/**
 * The four measured programs: for each, inputs of a given size in both spellings, the hand-written gradient on the same
 * inputs, and how a gradient of the nested spelling maps onto the flat one. Inputs are random with a fixed seed.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The exports of kernels.js. */
export type HandWritten = Record<"k1_grad" | "k2_grad" | "k3_grad" | "k4_grad", (...args: unknown[]) => number>;

/** One program at one size. */
export interface Case {
  readonly flat: readonly [parameters: Float64Array, ...others: unknown[]];
  readonly nested: readonly unknown[];
  /** The gradient of the nested spelling in the order of the flat one. */
  readonly flatten: (gradient: unknown) => Float64Array;
  /** Runs the hand-written gradient into `gradient`, with its scratch memory made beforehand. */
  readonly byHand: (functions: HandWritten, gradient: Float64Array) => () => number;
  /** What the C program is given. */
  readonly doubles: readonly Float64Array[];
  readonly integers: readonly number[];
}

export interface Kernel {
  readonly id: "k1" | "k2" | "k3" | "k4";
  readonly title: string;
  /** The exported name in `primals/flat` and `primals/nested`. */
  readonly name: string;
  /** The usual size; half and twice that are measured too. */
  readonly size: number;
  readonly make: (size: number) => Case;
}

/** Where the hand-written gradients are, if they are here. */
export const yardsticks: string = fileURLToPath(new URL("../../shared/yardsticks", import.meta.url));

/** Uniform numbers between -1 and 1: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
}

function fill(count: number, next: () => number, scale = 1): Float64Array {
  return Float64Array.from({ length: count }, () => scale * next());
}

function rows(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
}

const rosenbrock: Kernel = {
  id: "k1",
  title: "Rosenbrock",
  name: "rosenbrock",
  size: 10_000,
  make(n) {
    const x = fill(n, random(1), 1.5);
    return {
      flat: [x],
      nested: [Array.from(x, (position) => ({ position }))],
      flatten: (gradient) => Float64Array.from(gradient as { position: number }[], (link) => link.position),
      byHand:
        ({ k1_grad }, gradient) =>
        () =>
          k1_grad(x, gradient, n),
      doubles: [x],
      integers: [n],
    };
  },
};

interface Component {
  alpha: number;
  mean: number[];
  logDiagonal: number[];
  lower: number[][];
}

const mixture: Kernel = {
  id: "k2",
  title: "Gaussian mixture",
  name: "mixture",
  size: 1000,
  make(count) {
    const [nd, nk] = [10, 5];
    const size = nd + (nd * (nd - 1)) / 2;
    const next = random(2);
    const p = fill(nk + nk * nd + nk * size, next, 0.5);
    const x = fill(count * nd, next, 2);
    const components = Array.from({ length: nk }, (_, k): Component => {
      const triangle = nk + nk * nd + k * size;
      let row = triangle + nd;
      const lower = Array.from({ length: nd }, (_, j) => {
        row += j;
        return [...p.subarray(row - j, row)];
      });
      const mean = [...p.subarray(nk + k * nd, nk + (k + 1) * nd)];
      return { alpha: p[k], mean, logDiagonal: [...p.subarray(triangle, triangle + nd)], lower };
    });
    return {
      flat: [p, x, nd, nk],
      nested: [components, rows(x, nd)],
      flatten(gradient) {
        const list = gradient as Component[];
        return Float64Array.from([
          ...list.map((c) => c.alpha),
          ...list.flatMap((c) => c.mean),
          ...list.flatMap((c) => [...c.logDiagonal, ...c.lower.flat()]),
        ]);
      },
      byHand({ k2_grad }, gradient) {
        const scratch = new Float64Array(4 * nk * nd + 2 * nk + nd);
        return () => k2_grad(p, x, scratch, gradient, count, nd, nk, size);
      },
      doubles: [p, x],
      integers: [count, nd, nk],
    };
  },
};

const gateNames = ["input", "forget", "output", "candidate"] as const;
type Layer = Record<(typeof gateNames)[number], { fromInput: number[][]; fromHidden: number[][]; bias: number[] }>;

const lstm: Kernel = {
  id: "k3",
  title: "LSTM layer",
  name: "lstm",
  size: 64,
  make(steps) {
    const [nd, nh] = [14, 32];
    const width = nd + nh + 1;
    const next = random(3);
    const w = fill(4 * nh * width, next, 0.4);
    const x = fill(steps * nd, next);
    const y = fill(steps * nh, next, 0.5);
    const units = rows(w, width);
    const layer = Object.fromEntries(
      gateNames.map((name, g) => {
        const own = units.slice(g * nh, (g + 1) * nh);
        const fromInput = own.map((unit) => unit.slice(0, nd));
        const fromHidden = own.map((unit) => unit.slice(nd, nd + nh));
        return [name, { fromInput, fromHidden, bias: own.map((unit) => unit[width - 1]) }];
      }),
    ) as Layer;
    return {
      flat: [w, x, y, nd, nh],
      nested: [layer, rows(x, nd), rows(y, nh)],
      flatten(gradient) {
        const gates = gateNames.map((name) => (gradient as Layer)[name]);
        return Float64Array.from(
          gates.flatMap((gate) => gate.bias.flatMap((b, j) => [...gate.fromInput[j], ...gate.fromHidden[j], b])),
        );
      },
      byHand({ k3_grad }, gradient) {
        const tape = new Float64Array((steps + 1) * (nd + nh + 6 * nh));
        const scratch = new Float64Array(nd + nh + nh + 4 * nh);
        return () => k3_grad(w, x, y, tape, scratch, gradient, steps, nd, nh);
      },
      doubles: [w, x, y],
      integers: [nd, nh, steps],
    };
  },
};

interface System {
  start: { x: number; y: number; z: number };
  sigma: number;
  rho: number;
  beta: number;
}

const lorenz: Kernel = {
  id: "k4",
  title: "Lorenz, Runge-Kutta",
  name: "lorenz",
  size: 10_000,
  make(steps) {
    const step = 1e-3;
    const p = new Float64Array([1, 1.2, 0.9, 10, 28, 8 / 3]);
    const system: System = { start: { x: p[0], y: p[1], z: p[2] }, sigma: p[3], rho: p[4], beta: p[5] };
    return {
      flat: [p, step, steps],
      nested: [system, step, steps],
      flatten(gradient) {
        const { start, sigma, rho, beta } = gradient as System;
        return new Float64Array([start.x, start.y, start.z, sigma, rho, beta]);
      },
      byHand({ k4_grad }, gradient) {
        const tape = new Float64Array(12 * steps);
        return () => k4_grad(p, tape, gradient, step, steps);
      },
      doubles: [p, new Float64Array([step])],
      integers: [steps],
    };
  },
};

export const kernels: readonly Kernel[] = [rosenbrock, mixture, lstm, lorenz];

/** The structure of `value` with zeros for its numbers. */
export function zerosLike(value: unknown): unknown {
  if (typeof value === "number") return 0;
  if (value instanceof Float64Array) return new Float64Array(value.length);
  if (Array.isArray(value)) return value.map(zerosLike);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, zerosLike(field)]));
  }
  return null;
}

/** Reads back what the C program wrote. */
export function readDoubles(file: string): Float64Array {
  const bytes = readFileSync(file);
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
