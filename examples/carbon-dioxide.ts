/** Carbon dioxide in the air at Mauna Loa, month by month, from the data sets that vega-datasets maintains. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export interface Measurements {
  /** Decades since the beginning of 1990. */
  readonly time: Float64Array;
  /** Parts per million. */
  readonly ppm: Float64Array;
}

export function loadCarbonDioxide(): Measurements {
  // The package exports its code alone; the files lie beside it.
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  const file = new URL("../data/co2-concentration.csv", pathToFileURL(entry));
  const [, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const rows = lines.map((line) => line.split(","));
  const decades = ([date]: readonly string[]) => {
    const [year, month] = date.split("-").map(Number);
    return (year + (month - 0.5) / 12 - 1990) / 10;
  };
  return { time: Float64Array.from(rows, decades), ppm: Float64Array.from(rows, ([, value]) => Number(value)) };
}
