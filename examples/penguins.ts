/** The Palmer penguins, from the data sets that vega-datasets maintains: four measurements of each bird. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export const measurements = ["Beak Length (mm)", "Beak Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"] as const;

type Row = { readonly Species: string } & { readonly [name in (typeof measurements)[number]]: number | null };

export interface Penguins {
  readonly species: readonly string[];
  /** One row of measurements after another, each with mean 0 and standard deviation 1. */
  readonly data: Float64Array;
  /** Per measurement, what was subtracted and what was divided by. */
  readonly center: readonly number[];
  readonly spread: readonly number[];
}

/** Reads the birds that were measured completely. */
export function loadPenguins(): Penguins {
  // The package exports its code alone; the files lie beside it.
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  const file = new URL("../data/penguins.json", pathToFileURL(entry));
  const rows = (JSON.parse(readFileSync(file, "utf8")) as Row[]).filter((row) =>
    measurements.every((name) => row[name] !== null),
  );
  const columns = measurements.map((name) => rows.map((row) => row[name] ?? Number.NaN));
  const center = columns.map(mean);
  const spread = columns.map((column, d) => Math.sqrt(mean(column.map((v) => (v - center[d]) ** 2))));
  const data = new Float64Array(rows.length * measurements.length);
  rows.forEach((_, n) => {
    columns.forEach((column, d) => {
      data[n * columns.length + d] = (column[n] - center[d]) / spread[d];
    });
  });
  return { species: rows.map((row) => row.Species), data, center, spread };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
