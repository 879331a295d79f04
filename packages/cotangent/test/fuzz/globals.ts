/** Constants of the module that random programs are: declared in their text, and given to derivatives by their names. */

/** The values, by name. */
export const globals: Readonly<Record<string, unknown>> = { WEIGHTS: [0.5, -0.25, 1.5], RATE: 0.8 };

/** Their declarations. */
export const declaredGlobals = "const RATE = 0.8;\nexport const WEIGHTS: readonly number[] = [0.5, -0.25, 1.5];";
