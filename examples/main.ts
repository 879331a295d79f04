/**
 * The main job: `npm start`. First the textbook function, with the code that differentiates it in forward and in
 * reverse mode. Then a Gaussian mixture is fitted to real measurements by its own gradient, and a curve by optimisers that
 * take a function, or its derivative, as it is.
 */
import { descend } from "@cotangent-examples/descent";
import { checkDerivatives, grad, jvp, valueAndGradInto } from "cotangent";
import { openProgram } from "cotangent/compiler";
import { loss, parameterCount } from "./gmm.ts";
import { fitCarbonDioxide } from "./optimise.ts";
import { loadPenguins, measurements, type Penguins } from "./penguins.ts";
import { f } from "./textbook.ts";

const dimensions = measurements.length;

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, "    ");
}

function showTextbook(): void {
  console.log("1. The textbook function f(x1, x2) = ln x1 + x1 x2 - sin x2\n");
  const program = openProgram({ cwd: import.meta.dirname });
  for (const [title, operator] of [
    ["Forward mode", "jvp"],
    ["Reverse mode", "valueAndGrad"],
  ] as const) {
    const { text } = program.derive("textbook.ts#f", { operator, argnums: [0, 1] });
    console.log(`${title}, as generated:\n\n${indent(text)}\n`);
  }
  const [value, first] = jvp(f)([2, 5], [1, 0]);
  const [, second] = jvp(f)([2, 5], [0, 1]);
  console.log(`At (2, 5):   value ${value}`);
  console.log(`   forward   ${first}, ${second}`);
  console.log(`   reverse   ${grad(f, { argnums: [0, 1] })(2, 5).join(", ")}\n`);
}

/** Equal weights, unit covariances, and for means birds that lie far apart: each is the farthest from those before. */
function chooseStart(data: Float64Array, components: number): Float64Array {
  const start = new Float64Array(parameterCount(dimensions, components));
  const count = data.length / dimensions;
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const center = new Float64Array(dimensions);
  for (let k = 0; k < components; k++) {
    let farthest = 0;
    for (let n = 0; n < count; n++) {
      let squared = 0;
      for (let d = 0; d < dimensions; d++) squared += (data[n * dimensions + d] - center[d]) ** 2;
      distances[n] = Math.min(distances[n], squared);
      if (distances[n] > distances[farthest]) farthest = n;
    }
    center.set(data.subarray(farthest * dimensions, (farthest + 1) * dimensions));
    start.set(center, components + k * dimensions);
    // The first was measured from the middle of all birds, which is no mean.
    if (k === 0) distances.fill(Number.POSITIVE_INFINITY);
  }
  return start;
}

function printRow(name: string, share: number, values: readonly number[]): void {
  const cells = values.map((v) => v.toFixed(1).padStart(15));
  console.log(`   ${name.padEnd(14)}${share.toFixed(3).padStart(8)}${cells.join("")}`);
}

/** The fitted components in the units of the data, each beside the species whose mean is nearest. */
function showComponents(
  parameters: Float64Array,
  components: number,
  { species, data, center, spread }: Penguins,
): void {
  const biggest = Math.max(...parameters.subarray(0, components));
  const shares = Array.from(parameters.subarray(0, components), (logit) => Math.exp(logit - biggest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const inUnits = (row: Float64Array) => Array.from(row, (v, d) => v * spread[d] + center[d]);
  const distance = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, d) => sum + (v - b[d]) ** 2, 0);
  const means = shares.map((_, k) =>
    parameters.subarray(components + k * dimensions, components + (k + 1) * dimensions),
  );

  const heads = measurements.map((name) => name.replace(" Length", "").replace(" Depth", " d.").padStart(15));
  console.log(`\n   ${"".padEnd(14)}${"share".padStart(8)}${heads.join("")}`);
  for (const name of new Set(species)) {
    const own = species.flatMap((s, n) => (s === name ? [data.subarray(n * dimensions, (n + 1) * dimensions)] : []));
    const mean = own[0].map((_, d) => own.reduce((sum, row) => sum + row[d], 0) / own.length);
    const nearest = means.reduce((best, m, k) => (distance(m, mean) < distance(means[best], mean) ? k : best), 0);
    printRow(name, own.length / species.length, inUnits(mean));
    printRow(`  component ${nearest + 1}`, shares[nearest] / total, inUnits(means[nearest]));
  }
}

/** Milliseconds of one run: the best of several rounds. */
function timeOf(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const from = performance.now();
    for (let i = 0; i < 10; i++) run();
    best = Math.min(best, (performance.now() - from) / 10);
  }
  return best;
}

function fitMixture(): void {
  const penguins = loadPenguins();
  const { data, species } = penguins;
  const components = new Set(species).size;
  const start = chooseStart(data, components);
  console.log(
    `2. A mixture of ${components} Gaussians, fitted to ${dimensions} measurements of ${species.length} penguins` +
      ` (${start.length} parameters, the species unseen)\n`,
  );

  const lossAndGradient = valueAndGradInto(loss);
  const objective = (gradient: Float64Array, x: Float64Array): number => {
    const out: [number, Float64Array] = [0, gradient];
    lossAndGradient(out, x, data, dimensions, components);
    return out[0];
  };
  // Timed first: differences try fractions for the integers too, and V8 then runs the function slower ever after.
  const gradient = new Float64Array(start.length);
  const plain = timeOf(() => loss(start, data, dimensions, components));
  const derived = timeOf(() => objective(gradient, start));

  const { directions, laws } = checkDerivatives(loss, [start, data, dimensions, components]);
  const worst = (errors: readonly number[]) => Math.max(...errors).toExponential(0);
  const disagreement = directions.map(
    ({ reverse, difference }) => Math.abs(reverse - difference) / Math.abs(difference),
  );
  console.log(
    `   Checked along ${directions.length} random directions: reverse mode and differences agree to` +
      ` ${worst(disagreement)},\n   reverse and forward mode to ${worst(directions.map((d) => d.dotProduct))}.` +
      ` Also:\n${laws.map(({ law }) => `   - ${law}\n`).join("")}`,
  );

  console.log("   step      loss    largest slope");
  const print = (iteration: number, value: number, slope: number) =>
    console.log(`   ${String(iteration).padStart(4)}  ${value.toFixed(6)}  ${slope.toExponential(1)}`);
  const fit = descend(objective, start, {
    tolerance: 1e-7,
    onStep({ iteration, value, slope }) {
      if (iteration % 20 === 0) print(iteration, value, slope);
    },
  });
  print(fit.iteration, fit.value, fit.slope);
  console.log(`   ${fit.converged ? "converged" : "stopped"} after ${fit.evaluations} gradients`);
  showComponents(fit.x, components, penguins);

  console.log(
    `\n   function ${plain.toFixed(3)} ms, value and gradient ${derived.toFixed(3)} ms:` +
      ` ${(derived / plain).toFixed(2)} times the function\n`,
  );
}

showTextbook();
fitMixture();
fitCarbonDioxide();
