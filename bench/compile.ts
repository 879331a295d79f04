// How long the gradient of a program of some thirty functions takes to compile, once TypeScript is loaded: a program is
// opened, lowered, differentiated and printed anew each time. The gradient is checked against differences before that.
// `npm run bench:compile`.
import { fileURLToPath } from "node:url";
import { openProgram } from "cotangent/compiler";
import { evaluateText } from "../packages/cotangent/src/api/evaluate.ts";
import { loss } from "./compile/house.ts";

const rounds = 7;
const file = fileURLToPath(new URL("compile/house.ts", import.meta.url));

function compile(mode: "forward" | "reverse"): { text: string; name: string; milliseconds: number } {
  const from = performance.now();
  const { text, name } = openProgram().derive(`${file}#loss`, { operator: "grad", mode });
  return { text, name, milliseconds: performance.now() - from };
}

type House = Parameters<typeof loss>[0];
type Inputs = [House, ...Rest];
type Rest = Parameters<typeof loss> extends [House, ...infer R] ? R : never;

function inputs(): Inputs {
  const hours = 48;
  const series = (f: (h: number) => number) => Float64Array.from({ length: hours + 1 }, (_, h) => f(h));
  const brick = { thickness: 0.12, conductivity: 0.7, capacity: 1.4e6 };
  const wool = { thickness: 0.1, conductivity: 0.04, capacity: 5e4 };
  const house: House = {
    walls: [
      { area: 60, layers: [{ ...brick }, { ...wool }] },
      { area: 45, layers: [{ ...wool }, { ...brick }, { ...wool, thickness: 0.05 }] },
    ],
    windows: [
      { area: 6, transmittance: 0.6, azimuth: 0 },
      { area: 3, transmittance: 0.5, azimuth: 70 },
    ],
    volume: 240,
    leakage: 0.4,
    controller: { setpoint: 20, nightSetback: 3, gain: 900, limit: 6000 },
    groundLoss: 15,
  };
  const weather = {
    outside: series((h) => 2 + 5 * Math.sin(((h - 9) / 12) * Math.PI)),
    sun: series((h) => 400 * Math.max(0, Math.sin(((h - 7) / 12) * Math.PI))),
    wind: series((h) => 3 + Math.cos(h)),
  };
  const measured = Float64Array.from({ length: hours }, (_, h) => 19 + Math.sin(h / 4));
  return [house, weather, measured, 90];
}

const first = compile("reverse");
const gradient = (await evaluateText(first.text)).get(first.name) as (...args: Inputs) => House;
const found = gradient(...inputs()).controller.setpoint;
const by = (step: number): number => {
  const args = inputs();
  args[0].controller.setpoint += step;
  return loss(...args);
};
const expected = (by(1e-4) - by(-1e-4)) / 2e-4;
if (!(Math.abs(found - expected) < 1e-5 * Math.abs(expected)))
  throw new Error(`the gradient is ${found}, by differences ${expected}`);

for (const mode of ["forward", "reverse"] as const) {
  const times = Array.from({ length: rounds }, () => compile(mode).milliseconds).sort((a, b) => a - b);
  console.log(
    `${mode.padEnd(8)} ${Math.round(times[rounds >> 1] as number)} ms (median of ${rounds}; ${Math.round(times[0] as number)} at best)`,
  );
}
