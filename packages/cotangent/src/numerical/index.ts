// `cotangent/numerical`: derivatives from differences.
export type { DifferenceOptions } from "./along.ts";
export { makeNumerical, numerical } from "./engine.ts";
