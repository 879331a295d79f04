// `cotangent/symbolic`: derivatives as formulas.
export { differentiateSymbolically, type SymbolicDerivative, type SymbolicOptions } from "./api/symbolic.ts";
export type { Formula, Size } from "./symbolic/formula.ts";
export { toLatex, toText } from "./symbolic/render.ts";
