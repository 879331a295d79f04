/**
 * Functions handed to optimisers: `node --import cotangent/register examples/optimise.ts`. A curve is fitted to sixty
 * years of carbon dioxide in the air by two libraries: one that takes a function and differentiates it itself, and one
 * from before automatic differentiation, which takes derivatives by callback.
 */
import { minimize } from "@cotangent-examples/descent";
import { grad } from "cotangent";
import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { loadCarbonDioxide } from "./carbon-dioxide.ts";

const data = loadCarbonDioxide();
const start = [300, 50, 0.3, 0, 0, 0, 0];

/** A level, exponential growth on it, and the seasons, as waves of a year and of half a year; t in decades. */
function curve(p: number[], t: number): number {
  const year = 20 * Math.PI * t;
  const seasons = p[3] * Math.sin(year) + p[4] * Math.cos(year) + p[5] * Math.sin(2 * year) + p[6] * Math.cos(2 * year);
  return p[0] + p[1] * Math.exp(p[2] * t) + seasons;
}

/** The mean squared distance of the curve from what was measured. */
function loss(p: number[]): number {
  let sum = 0;
  for (let i = 0; i < data.time.length; i++) sum += (curve(p, data.time[i]) - data.ppm[i]) ** 2;
  return sum / data.time.length;
}

function show(name: string, p: number[], steps: string): void {
  // Where t is 3, the year is 2020.
  const growth = p[1] * p[2] * Math.exp(p[2] * 3) * 0.1;
  const share = (100 * p[2]) / 10;
  console.log(
    `   ${name}  off by ${Math.sqrt(loss(p)).toFixed(4)} ppm (root mean square), after ${steps}\n` +
      `   ${"".padEnd(name.length)}  ${p[0].toFixed(1)} ppm, and on top what grows by ${share.toFixed(2)} % a year,` +
      ` in 2020 by ${growth.toFixed(2)} ppm`,
  );
}

/** Fits the curve by both libraries. */
export function fitCarbonDioxide(): void {
  console.log(
    `3. A curve of ${start.length} parameters through ${data.time.length} months of carbon dioxide at Mauna Loa\n`,
  );

  // `minimize` was compiled and published without knowing `loss`: the function brings its gradient along.
  const fit = minimize(loss, start, { tolerance: 1e-6 });
  show("descent               ", Array.from(fit.x), `${fit.iteration} steps, ${fit.evaluations} gradients`);

  // A library that knows nothing of cotangent takes the derivative as a function like any other.
  const dCurve = grad(curve);
  const { parameterValues, iterations } = levenbergMarquardt({ x: data.time, y: data.ppm }, (p) => (t) => curve(p, t), {
    initialValues: start,
    maxIterations: 20,
    jacobianFunction: (p) => (t) => dCurve(p, t),
  });
  show("ml-levenberg-marquardt", parameterValues, `${iterations} steps`);
}

if (process.argv[1] === import.meta.filename) fitCarbonDioxide();
