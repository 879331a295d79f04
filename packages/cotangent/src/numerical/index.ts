// `cotangent/numerical`: derivatives from differences, and how far they can be believed.
export type { DifferenceOptions } from "./along.ts";
export { type ComplexOptions, type ComplexSource, complexStep } from "./complex-step.ts";
export { type CurveOptions, type CurvePoint, type ErrorCurve, errorCurve } from "./curve.ts";
export { makeNumerical, type NumericalEngine, numerical } from "./engine.ts";
export { type DerivativeOptions, estimateDerivative } from "./estimate.ts";
export type { Estimate } from "./extrapolate.ts";
export { estimateNoise, type Noise } from "./noise.ts";
export type { Side } from "./stencil.ts";
