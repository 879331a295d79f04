/**
 * The list of corpus programs: one list that every test run over programs reads. An entry names a function of
 * `test/corpus` and gives points at which it is differentiable. Programs are loaded by name, so that they are type-checked
 * under the settings of an ordinary strict project (`test/corpus/tsconfig.json`) and not under this package's own.
 */
import { fileURLToPath } from "node:url";

export interface CorpusProgram {
  /** File name inside `test/corpus`. */
  readonly file: string;
  readonly name: string;
  /** Each call makes the arguments of one point afresh. */
  readonly args: readonly (() => unknown[])[];
  /** The arguments that are differentiated; all that hold numbers where absent. The others steer. */
  readonly argnums?: readonly number[];
  /** Twice differentiable around the points, so that second derivatives can be compared. */
  readonly smooth: boolean;
  /** Relative agreement to expect from differences, where it is worse than usual (single precision). */
  readonly tolerance?: number;
  readonly notes?: string;
}

export type CorpusFunction = (...args: unknown[]) => unknown;

/** The folder that `file` of an entry is in. */
export const corpusFolder: string = fileURLToPath(new URL("../corpus/", import.meta.url));

/** What a file of `test/corpus` exports. */
export async function loadFile(file: string): Promise<Record<string, unknown>> {
  return (await import(`../corpus/${file.replace(/\.ts$/, "")}.ts`)) as Record<string, unknown>;
}

/** The plain function of `program`, as Node runs it. */
export async function loadProgram(program: CorpusProgram): Promise<CorpusFunction> {
  const module = await loadFile(program.file);
  const found = module[program.name];
  if (typeof found !== "function") throw new TypeError(`${program.file} exports no function ${program.name}`);
  return found as CorpusFunction;
}

type Details = Partial<Pick<CorpusProgram, "argnums" | "smooth" | "tolerance" | "notes">>;
type Listed = readonly [name: string, args: readonly (() => unknown[])[], details?: Details];

function fromFile(file: string, ...programs: readonly Listed[]): CorpusProgram[] {
  return programs.map(([name, args, details]) => ({ file, name, args, smooth: true, ...details }));
}

const f64 = (...values: number[]): Float64Array => new Float64Array(values);
const f32 = (...values: number[]): Float32Array => new Float32Array(values);

const bodies = (spread: number) => [
  { name: "sun", mass: 3, position: { x: 0, y: 0.1 }, velocity: { x: 0.02, y: -0.1 } },
  { name: "near", mass: 0.2, position: { x: spread, y: 0 }, velocity: { x: 0.1, y: 1.2 } },
  { name: "far", mass: 0.1, position: { x: -0.4, y: 2.2 * spread }, velocity: { x: -0.9, y: 0.2 } },
];
const positive3 = () => [
  [4, 1, 0.5],
  [1, 3, 0.2],
  [0.5, 0.2, 2],
];
const general3 = () => [
  [0.3, 1.2, -0.5],
  [1.1, -0.7, 0.9],
  [0.4, 0.8, 1.6],
];
const divided = (by: number) => ({
  op: "divide",
  parts: [
    { op: "number", value: 3 },
    { op: "add", parts: [{ op: "number", value: by }] },
  ],
});
const grown = () => ({
  value: 1.2,
  left: { value: 0.3, right: { value: -2 } },
  right: { value: 0.7, left: { value: 2.5 } },
});
const instruction = (code: string, operand = 0) => ({ code, operand });

// biome-ignore format: one program, or one point, on a line
export const corpus: readonly CorpusProgram[] = [
  ...fromFile(
    "arithmetic.ts",
    ["polynomial", [() => [2], () => [-0.7]]],
    ["rational", [() => [1.5, 2], () => [-0.3, 0.8]]],
    ["powers", [() => [2, 3.2], () => [0.6, 0.4]]],
    ["wrapAngle", [() => [7.3, 2], () => [-4.1, 1.5]]],
    ["compoundAssignments", [() => [1.2, 0.7], () => [-0.4, 2.3]]],
    ["reassigned", [() => [0.8], () => [-1.1]]],
    ["incrementsInIndexes", [() => [0.6, [1, -2, 3, 0.5]], () => [-1.2, [0.3, 0.9, 2, 4]]]],
    ["comparisons", [() => [1.5, 0.7], () => [0.2, 3.1]]],
    ["commaAndChain", [() => [0.9], () => [-1.4]]],
    ["largerRoot", [() => [1, -5, 4.6], () => [2, 7, 1.5]]],
  ),
  ...fromFile(
    "math-functions.ts",
    ["trigonometry", [() => [0.7], () => [-1.9]]],
    ["hyperbolics", [() => [0.9], () => [-1.3]]],
    ["exponentials", [() => [0.8], () => [3.5]]],
    ["roots", [() => [0.7], () => [5]]],
    ["roundings", [() => [2.3], () => [-1.6]]],
    ["extremes", [() => [1.2, -0.7, 0.9], () => [-2, 1.5, 2.1]]],
    ["distances", [() => [1, -2, 0.5], () => [-0.3, 0.4, 2]]],
    ["constants", [() => [1.7], () => [-0.2]]],
    ["greatCircle", [() => [0.9, 0.04, 0.7, -1.3], () => [-0.3, 2, 0.2, 1.1]]],
  ),
  ...fromFile(
    "branches.ts",
    ["huber", [() => [0.4, 1], () => [-2.5, 1.2]]],
    ["leakyRelu", [() => [1.5], () => [-0.8], () => [-0.8, 0.3]]],
    ["incomeTax", [() => [7], () => [42], () => [95]]],
    ["shortCircuits", [() => [1, 2], () => [-2, 0.5], () => [-1.5, 4]]],
    ["fallbackNumber", [() => [1.5, 0.7], () => [-2, 3]]],
    ["optionalParameters", [() => [2], () => [2, 0.3], () => [2, 0.3, 1.4]]],
    ["testFunction", [() => ["rastrigin", 0.3, -0.6], () => ["cross", 0.4, -2], () => ["ackley", 1, 0.5]], { argnums: [1, 2] }],
    ["activate", [() => [1, 0.7], () => [2, -0.4], () => [3, 1.2]], { argnums: [1] }],
    ["activations", [() => [[2, 0, 3, 1], 0.6], () => [[3, 3], -1.2]], { argnums: [1] }],
    ["heatIndex", [() => [31, "C", 0.6], () => [88, "F", 0.4]], { argnums: [0, 2] }],
    ["piecewise", [() => [[1, 0.5, -2, 0.3, 1.1, 2, 0.7, 0.9]], () => [[30, 1.5, 0.2, 4]]]],
    ["nestedTernaries", [() => [1.2, 3], () => [-0.6, 0.4], () => [0.8, -1.1]]],
    ["throwGuards", [() => [0.4, 0, 1], () => [2.5, -1, 6]]],
  ),
  ...fromFile(
    "loops.ts",
    ["newtonSqrt", [() => [2], () => [0.3]]],
    ["exponentialSeries", [() => [1.3], () => [-0.6]]],
    ["harmonicSum", [() => [0.7, 6], () => [-1.1, 3]], { argnums: [0] }],
    ["forOfSum", [() => [[1.2, -0.5, 2.1], 1.5], () => [[0.3, 0.8, -1, 2], 3]]],
    ["fibonacciLike", [() => [0.7, 1.2, 6], () => [-0.4, 2, 3]], { argnums: [0, 1] }],
    ["triangular", [() => [[1, -0.5, 2]], () => [[0.3, 0.8, -1, 2]]]],
    ["nestedCarried", [() => [0.7, 0.4], () => [-0.5, 1.3]]],
    ["labelledBreak", [() => [[[1, 2], [0.5, -1, 9], [2, 3]], 100], () => [[[3, 4], [5, 6]], 6.2]], { argnums: [0] }],
    ["firstCrossing", [() => [[1, 2], [0.5, 0.7], 2.1], () => [[0.4, 0.6], [0.3, 0.2], 5]]],
    ["bisectThenPolish", [() => [2.2], () => [0.6]]],
    ["countDown", [() => [0.4], () => [-2.2]]],
    ["hoisted", [() => [1.4], () => [-0.6]]],
    ["exitsInsideBranches", [() => [[1, 0.2, 0.7, 1.4, 0.9], 0.6], () => [[2, 2.5, 1.9], 0.8]]],
    ["movingBound", [() => [0.8], () => [-1.7]]],
    ["logisticMap", [() => [3.1, 0.3, 7], () => [2.4, 0.6, 12]], { argnums: [0, 1] }],
    ["escapeValue", [() => [0.5, 0.6], () => [-0.8, 0.5]]],
  ),
  ...fromFile(
    "found.ts",
    ["partlyConstant", [() => [0.7], () => [-1.2]]],
    ["elementInstead", [() => [{ u: 0.7 }, [1, 2.5]], () => [{ u: -1.2, w: 0.4 }, [0.3, 1.1]]]],
  ),
  ...fromFile(
    "function-values.ts",
    ["chosen", [() => [1.3], () => [0.6]]],
    ["listOfFunctions", [() => [0.7, 1.2], () => [-0.4, 0.9]]],
    ["composedByReduce", [() => [0.7, 1.2], () => [-0.4, 0.9]]],
    ["optionsObject", [() => [0.7, 1.2], () => [-0.4, 0.9]]],
    ["counters", [() => [1.3], () => [-0.6]]],
    ["loopVariables", [() => [1.3], () => [-0.6]]],
    ["wrappedInLoop", [() => [1.3], () => [-0.6]]],
    ["continuations", [() => [1.3, 0.7], () => [-0.6, 1.1]]],
    ["madeByRecursion", [() => [1.3], () => [-0.6]]],
    ["replacedLater", [() => [1.3], () => [-0.6]]],
    ["assignedByRecursion", [() => [1.3], () => [-0.6]]],
    ["returnedEarly", [() => [1.3], () => [0.6]]],
    ["lazyStream", [() => [1.3], () => [-0.6]]],
    ["callbacksOfSeveralForms", [() => [1.3, 0.7], () => [0.6, -1.1]]],
    ["pipeline", [() => [1.3, 0.7], () => [0.6, -1.1]]],
    ["swappedFunctions", [() => [1.3], () => [-0.6]]],
    ["capturedArray", [() => [[1.3, 0.4, -0.7], 0.7], () => [[0.6, -1.1], 2]]],
    ["recursiveVisitor", [() => [3.3], () => [0.6]]],
    ["treeVisitor", [() => [{ value: 1.2, left: { value: 0.3, right: { value: -2 } } }], () => [{ value: 0.4 }]]],
    ["immediatelyInvoked", [() => [1.3], () => [-0.6]]],
    ["noFunctions", [() => [1.3], () => [-0.6]]],
    ["storedRecursion", [() => [1.3], () => [-0.6]]],
    ["memoized", [() => [1.3], () => [-0.6]]],
    ["layersOfNetwork", [() => [[0.3, 0.5], 1.2], () => [[0.6, -1.1, 0.2], -0.7]]],
    ["eventHandlers", [() => [1.3], () => [-0.6]]],
    ["selfApplication", [() => [1.3], () => [-0.6]]],
    ["changedParameter", [() => [1.3], () => [-0.6]]],
    ["functionInLoopHead", [() => [1.3], () => [-0.6]]],
    ["keptFromLoop", [() => [1.3], () => [-0.6]]],
    ["functionsOfModule", [() => [1.3], () => [-0.6]]],
    ["caughtFromGenerator", [() => [1.3], () => [0.6]]],
  ),
  ...fromFile(
    "generators.ts",
    ["powerSum", [() => [1.3], () => [-0.6]]],
    ["leavesGenerator", [() => [1.3], () => [-0.6], () => [4]]],
    ["delegating", [() => [1.3], () => [-0.6]]],
    ["spreadAndTaken", [() => [1.3], () => [2.2]]],
    ["pipelined", [() => [1.3], () => [-0.6]]],
    ["takenTwice", [() => [1.3], () => [-0.6]]],
    ["mutuallyMutating", [() => [1.3], () => [-0.6]]],
    ["pairsFromGenerator", [() => [1.3], () => [-0.6]]],
    ["closuresOverItems", [() => [1.3], () => [-0.6]]],
    ["treeInOrder", [() => [grown()], () => [{ value: 0.4 }]]],
    ["treeFirstAbove", [() => [grown(), 1], () => [grown(), 9], () => [{ value: 0.4 }, 0.1]], { argnums: [0] }],
    ["treeLabelled", [() => [grown(), 0.7], () => [grown(), -1.4]]],
    ["treeNestedYields", [() => [grown(), 100], () => [grown(), 1]], { argnums: [0] }],
    ["treeProduct", [() => [grown()], () => [{ value: 0.4 }]]],
    ["manyYields", [() => [1.3], () => [5]]],
    ["halvings", [() => [1.3], () => [-0.6]]],
  ),
  ...fromFile(
    "rearranging.ts",
    ["spliced", [() => [[1, 2, 3, 4]], () => [[0.4, -1.2, 0.7]]]],
    ["sortedInPlace", [() => [[1.3, 0.2, 2.4]], () => [[0.4, -1.2, 0.7, 0.9, 0.1]]]],
    ["sortedItems", [
      () => [[{ key: 2.1, weight: 0.4 }, { key: 0.3, weight: 1.4 }, { key: 1.1, weight: -2 }]],
      () => [[{ key: 0.2, weight: 0.4 }]]]],
    ["sortedTyped", [() => [f64(1.3, 0.2, 2.4)], () => [f64(0.4, -1.2, 0.7, 0.9, 0.1)]]],
    ["queue", [() => [0.7, 5], () => [1.2, 0], () => [-0.4, 8]], { argnums: [0] }],
    ["spreadArguments", [() => [[1.3, 0.2, 2.4], 0.7], () => [[0.4], -1.2]]],
    ["movedRows", [() => [[[1, 2], [0.3, 0.4]], 0.7], () => [[[0.4, 0.1]], 1.2]]],
  ),
  ...fromFile(
    "classes.ts",
    ["vec", [() => [1, 2, 3], () => [0.4, -1.2, 0.7]]],
    ["mandel", [() => [0.3, 0.2], () => [-0.4, 0.5]]],
    ["shapes", [() => [1.2, 0.7], () => [0.4, 2]]],
    ["rpn", [() => [2, 3], () => [-0.4, 1.3]]],
    ["account", [() => [10, 0.5], () => [3, -1]]],
    ["simulate", [() => [1, 0.5], () => [-0.3, 0.8]]],
    ["tree", [() => [1, 2], () => [0.4, -0.6]]],
    ["dualUser", [() => [0.6], () => [1.3]]],
    ["swarm", [() => [1.3, 0.7], () => [-0.4, 2]]],
    ["arrowField", [() => [1.3], () => [-0.6]]],
    ["chained", [() => [1.3], () => [-0.6]]],
    ["methodInCallback", [() => [1.3], () => [-0.6]]],
    ["chosenAtRunTime", [() => [1.3], () => [0.6]]],
    ["treeOfInstances", [() => [1.3], () => [-0.6]]],
    ["privateState", [() => [1.3], () => [-0.6]]],
    ["localClass", [() => [1.3], () => [0.6]]],
    ["linkedInstances", [() => [1.3], () => [-0.6]]],
    ["kinetic", [() => [{ mass: 1.3, velocity: 0.4 }], () => [{ mass: 0.7, velocity: -2 }]]],
  ),
  ...fromFile(
    "recursion.ts",
    ["powerBySquaring", [() => [1.3, 11], () => [-0.8, 6]], { argnums: [0] }],
    ["fibonacciWeights", [() => [0.6, 5], () => [-0.9, 4]], { argnums: [0] }],
    ["mutual", [() => [0.8], () => [-1.2]]],
    ["adaptiveIntegral", [() => [0, 2, 1.3], () => [-1, 0.7, 3]]],
    ["treeEnergy", [
      () => [{ value: 1, left: { value: 2, right: { value: -0.5 } }, right: { value: 0.7 } }, 0.6],
      () => [{ value: -1.5 }, 0.3]]],
    ["determinant", [() => [general3()], () => [[[2, 1], [0.5, 3]]]]],
    ["smoothed", [() => [[1, 2, 0.5, 3, 1.2]], () => [[0.4, 1.5]]]],
  ),
  ...fromFile(
    "arrays.ts",
    ["dot", [() => [[1, 2, 3], [0.5, -1, 2]], () => [[0.1], [7]]]],
    ["prefixSums", [() => [[1, 0.5, -0.7, 2]], () => [[3, 0.2]]]],
    ["reverseInPlace", [() => [[0.9, 1.1, -0.7]], () => [[1.2, 0.8, 0.5, 1.4]]]],
    ["differencesWithBorder", [() => [[1, 0.4, 2]], () => [[-0.6]]]],
    ["convolve", [() => [[1, 2, 0.5, -1, 3], [0.3, -0.2]], () => [[2, 1], [0.4, 0.6]]]],
    ["pushBuilt", [() => [1.2, 6], () => [-0.7, 4]], { argnums: [0] }],
    ["appendByIndex", [() => [1.2], () => [3.3]]],
    ["twoNames", [() => [[0.7, 1.2]], () => [[2, -0.6]]]],
    ["sameArrayTwice", [() => [[0.7, 1.2]], () => [[-0.4, 0.9, 2]]]],
    ["chooseArray", [() => [0.7, [1, 2, 0.5]], () => [-1.3, [0.2, 0.4, 3]]]],
    ["reusedScratch", [() => [[0.5, 1.2, -0.4], 3], () => [[1, 0.3], 2]], { argnums: [0] }],
    ["trimmedMean", [() => [[3, 1, 2.5, -4, 9], 1], () => [[0.4, 0.1, 0.2], 0]], { argnums: [0] }],
    ["overwritten", [() => [[0.6, 1.3]], () => [[-0.8, 0.4, 1.1]]]],
    ["swapRows", [() => [[[1, 2], [0.5, 3], [-1, 0.7]], 4], () => [[[2, 1], [0.3, 0.8]], 3]], { argnums: [0] }],
    ["sharedRows", [() => [[0.7, 1.2], [0.4, -0.9]], () => [[2, 0.3], [1.1, 0.6]]]],
    ["stack", [() => [2.5], () => [0.8]]],
    ["growingArgument", [() => [[0.5, -1]], () => [[2]]]],
    ["revisitedRows", [() => [[1, 2, 1.5]], () => [[0.3, -1, 0.8, 0.5]]]],
    ["handedOn", [() => [[1, 2, 1.5]], () => [[0.3, -1, 0.8, 0.5]]]],
    ["boundOfNaN", [() => [[1, 2]], () => [[0.8, 1.1, 0.3]]]],
    ["runningMaximum", [() => [[1, 3, 2, 4, 0.5]], () => [[0.2, -1]]]],
    ["hornerInto", [() => [[1, -2, 0.5], [0.3, 2]], () => [[0.7, 1.1], [-1, 0.4, 0.9]]]],
  ),
  ...fromFile(
    "array-methods.ts",
    ["queue", [() => [[0.5, 1.2, 0.7], 5], () => [[1.1], 3], () => [[0.4, 0.9], 0]], { argnums: [0] }],
    ["shiftArgument", [() => [[1.2, 0.7, -0.4]], () => [[0.5, 2]]]],
    ["unshifted", [() => [[1.2, 0.7]], () => [[0.5, 1.1, 0.9]]]],
    ["spliced", [() => [[1.2, 0.7, -0.4, 2], 1, 2], () => [[0.5, 2, 1], -2, 1], () => [[0.5, 2, 1], 9, 3], () => [[0.5, 2, 1], 0, -1]], { argnums: [0] }],
    ["splicedRows", [() => [[[1.2, 0.7], [0.4, 2], [0.9, -1]]], () => [[[0.3, 0.6], [1.1, 0.2]]]]],
    ["sortedDescending", [() => [[1.2, 0.7, -2, 0.4]], () => [[0.5]]]],
    ["sortInPlace", [() => [[1.2, 0.7, -2, 0.4], [1, 2, 3, 0.5]], () => [[3, 1, 2], [0.5, 1, -1]]]],
    ["sortedParticles", [
      () => [[{ mass: 2, position: [1, 0.2] }, { mass: 0.5, position: [0.7, 2] }, { mass: 1.2, position: [3, 1] }]],
      () => [[{ mass: 0.3, position: [1.5] }]]]],
    ["median", [() => [[3, 1, 2.5, -4, 9]], () => [[0.4, 0.1, 0.2, 7]]]],
    ["typedSorts", [() => [f64(3, 1, 2.5)], () => [f64(0.4, -0.1)]]],
    ["copiedWithin", [() => [[1.2, 0.7, -2, 0.4]], () => [[0.5, 2, 1.1]]]],
    ["flattened", [() => [[[[1.2, 0.7], [0.3]], [[2]]]], () => [[[[0.5, 0.4]]]]]],
    ["copies", [() => [[1.2, 0.7, -2, 0.4]], () => [[0.5, 2]]]],
    ["found", [() => [[1.2, 0.7, -2, 0.4, 3], 2], () => [[0.5, 2, 1, 0.9], -3]], { argnums: [0] }],
    ["truncated", [() => [[1.2, 0.7, -2]], () => [[0.5, 2]]]],
    ["spreadArguments", [() => [[1.2, 0.7, -2], [0.4, 3]], () => [[0.5], [2, 1]]]],
    ["iterators", [() => [[1.2, 0.7, -2]], () => [[0.5]]]],
    ["changedByCallback", [() => [[1.2, 0.7, -2]], () => [[0.5]]]],
    ["swapped", [() => [[1.2, 0.7, -2, 0.4]], () => [[0.5, 2]]]],
    ["overlappingSet", [() => [f64(1.2, 0.7, -2)], () => [f64(0.5, 2, 0.3, 1)]]],
    ["joined", [() => [[1.2], ["a", "b"]], () => [[0.7], ["c"]]]],
  ),
  ...fromFile(
    "linear-algebra.ts",
    ["matrixProduct", [() => [[[1, 2], [0.5, -1], [3, 0.2]], [[0.7, 1], [2, -0.3]]], () => [[[2]], [[0.4, 0.6]]]]],
    ["quadraticForm", [() => [f64(2, 0.5, 0.3, 1), f64(0.7, -1.2)], () => [f64(3), f64(2)]]],
    ["choleskyLogDet", [() => [positive3()], () => [[[2, 0.3], [0.3, 1]]]]],
    ["luSolve", [() => [f64(0.3, 1.2, -0.5, 1.1, -0.7, 0.9, 0.4, 0.8, 1.6), f64(1, 2, 0.5)], () => [f64(2, 1, 0.5, 3), f64(1, -1)]]],
    ["gaussSeidel", [() => [[0, 1, 0.5, 2, 1], [0.3, 0.2, -0.4, 0.1, 0], 3], () => [[1, 0.2, 0.7], [0, 0.5, 0], 2]], { argnums: [0, 1] }],
    ["conjugateGradients", [() => [positive3(), [1, 2, -0.5], 2], () => [[[2, 0.4], [0.4, 1.5]], [0.3, 0.8], 1]], { argnums: [0, 1] }],
    ["powerIteration", [() => [positive3()], () => [[[2, 0.1, 0], [0.3, 5, 0.2], [0, 0.4, 1]]]]],
    ["gramSchmidt", [() => [general3()], () => [positive3()]]],
    ["tridiagonalSolve", [
      () => [[0, 0.5, 0.4, -0.3], [2, 3, 2.5, 4], [0.7, -0.2, 0.6, 0], [1, 2, -1, 0.5]],
      () => [[0, 1], [3, 2], [0.5, 0], [0.2, 0.9]]]],
    ["transposeTrace", [() => [[[1, 2, 0.5], [-1, 0.3, 2]]], () => [[[0.7], [1.5]]]]],
  ),
  ...fromFile(
    "records.ts",
    ["nBodyEnergy", [() => [bodies(1.1), 1.3], () => [bodies(0.6), 0.4]]],
    ["orbit", [() => [bodies(1.1), 0.03, 3], () => [bodies(0.9), 0.01, 5]], { argnums: [0, 1] }],
    ["optionalFields", [
      () => [{ x: 0.3, y: 1.5 }, {}],
      () => [{ x: 2, y: -1 }, { damping: 0.7, weights: [1, 2], label: "heavy" }],
      () => [{ x: 2, y: -1 }, { target: { x: 0.4, y: 0.6 } }]]],
    ["complexPolynomial", [() => [[0.7, -0.4], [[1, 2], [0.5, -1], [0.3, 0.2]]], () => [[1.2, 0.6], [[2, 0.1], [0.4, 0.9]]]]],
    ["rotate", [() => [{ w: 1, x: 0.4, y: -0.3, z: 0.8 }, [1, 2, 0.5]], () => [{ w: 0.2, x: 1, y: 0.6, z: -0.7 }, [-1, 0.3, 2]]]],
    ["defaultParameters", [() => [1.4], () => [1.4, 0.3], () => [1.4, 0.3, { bias: 2, power: 3 }]]],
    ["destructuring", [
      () => [{ a: 1.2, inner: { b: 0.7, list: [0.5, 9, -2] } }, [1.5, 0.4]],
      () => [{ a: -1, inner: { b: 2, list: [1, 1, 1, 1] } }, [0.3, 0.6]]]],
    ["twoNamesForOne", [() => [{ x: 0.7, y: 1.3 }], () => [{ x: -1.2, y: 0.4 }]]],
    ["chase", [
      () => [[{ x: 1, y: 2 }, { x: 0.5, y: -1 }, { x: 3, y: 0.3 }], { x: 0.2, y: 0.1 }],
      () => [[{ x: -1, y: 0.5 }], { x: 1, y: 1 }]]],
    ["network", [
      () => [[{ weights: [[0.3, -0.5], [0.8, 0.1], [-0.4, 0.7]], biases: [0.1, -0.2, 0.3], activation: "tanh" }, { weights: [[0.6, -0.9, 0.2]], biases: [0.5], activation: "linear" }], [0.7, -1.2]],
      () => [[{ weights: [[2], [-1]], biases: [0.4, 0.2], activation: "tanh" }], [0.3]]]],
    ["summarize", [() => [[1, 2.5, -0.7, 4]], () => [[0.3, 0.9]]]],
    ["linkedList", [() => [0.8, 4], () => [-1.3, 2]], { argnums: [0] }],
  ),
  ...fromFile(
    "typed-arrays.ts",
    ["weightedNorm", [() => [f64(1, 2, -0.5), f64(0.3, 0.7, 2)], () => [f64(0.4), f64(1.1)]]],
    ["singlePrecision", [
      () => [f32(0.5, -1.25, 0.75)],
      () => [f32(1.5, 0.25)]], { tolerance: 2e-3, notes: "differences move in steps of single precision" }],
    ["sparseProduct", [
      () => [f64(1, 2, 0.5, -1, 3), new Int32Array([0, 2, 1, 0, 2]), new Int32Array([0, 2, 3, 5]), f64(0.7, -0.4, 1.2)],
      () => [f64(2, 0.3), new Int32Array([1, 0]), new Int32Array([0, 1, 2]), f64(1.5, 0.6)]]],
    ["crossEntropy", [
      () => [f64(0.2, 1.3, -0.4, 0.9, 0.1, 0.5), new Uint8Array([2, 0]), 3],
      () => [f64(1, 0.2), new Uint8Array([1]), 2]], { argnums: [0] }],
    ["scatterAdd", [
      () => [f64(1, 0.5, -2, 3), new Uint16Array([2, 0, 2, 1]), 3],
      () => [f64(0.7), new Uint16Array([0]), 2]], { argnums: [0] }],
    ["axpyInto", [() => [f64(1, 2), 0.7, f64(0.3, -1)], () => [f64(0.5), -1.2, f64(2)]]],
    ["heatFlow", [() => [f64(1, 0.2, 2, 0.5), 0.1, 4], () => [f64(0.3, 1.5), 0.2, 3]], { argnums: [0, 1] }],
    ["fromLiteral", [() => [0.9], () => [-1.6]]],
    ["lookup", [() => [f32(1, 2.5, 0.5, 4), 1.3], () => [f32(0.25, 3), 0.6]], { argnums: [1] }],
    ["clippedWrite", [() => [f64(1, 2, 0.5), 2], () => [f64(0.7, 1.3), -1]], { argnums: [0] }],
    ["fourierPower", [
      () => [f64(1, 0.5, -0.7, 2, 0.3, -1, 0.9, 0.2), f64(0, 0.1, 0.4, -0.2, 0, 0.6, 0.3, 0), 3],
      () => [f64(1, 0.4), f64(0.2, 0.7), 1]], { argnums: [0, 1] }],
  ),
  ...fromFile(
    "views.ts",
    ["rowForms", [() => [f64(1, 2, 0.5, -1), f64(0.7, 1.3)], () => [f64(0.4), f64(-2)]]],
    ["normaliseRows", [() => [f64(1, 2, 0.5, -1, 0.3, 0.2), 2], () => [f64(0.4, 1), 2]], { argnums: [0] }],
    ["windowsOverlap", [() => [f64(0.5, -1.2, 0.8, 1.1)], () => [f64(1.4)]]],
    ["rowByRow", [() => [f64(0.5, 0.2, 0.9), 0.3, 3], () => [f64(0.4, 1), 0.2, 0]], { argnums: [0, 1] }],
    ["pingPong", [() => [f64(0.5, 0.2, 0.9), 3], () => [f64(0.4, 1), 4], () => [f64(0.4, 1), 0]], { argnums: [0] }],
    ["divided", [() => [f64(0.5, 0.2, 0.9, -0.4, 1.1)], () => [f64(2)]]],
    ["weightedOrder", [() => [f64(0.5, -0.2, 0.9, -1.4, 1.1, 0.1)], () => [f64(2, 1)], () => [f64(2)]]],
    ["recursiveFourier", [
      () => [f64(1, 0.5, -0.7, 2), f64(0, 0.1, 0.4, -0.2)],
      () => [f64(0.3), f64(0.7)]]],
    ["sliceCopies", [() => [f64(0.5, -0.2, 0.9, 1)], () => [f64(1, 2, 3)]]],
    ["flatNetwork", [
      () => [f64(0.1, -0.4, 0.5, 0.2, 0.9, -0.3, 0.05, 0.1, 0.2, 0.7, -0.8, 0.3, 0.15), f64(0.6, -1.1)],
      () => [f64(0.1, -0.4, 0.5, 0.05, 0.1, 0.2, 0.7, -0.8, 0.3, 0.15), f64(0.6)]]],
    ["oneBuffer", [() => [f64(0.5, -0.2)], () => [f64(1, 2, 0.3)]]],
    ["bufferOf", [() => [f64(0.5, -0.2)], () => [f64(1, 2, 0.3)]]],
    ["shiftWithin", [() => [f64(0.5, -0.2, 0.7)], () => [f64(1)]]],
    ["singleViews", [
      () => [f32(0.5, -1.25, 0.75, 2)],
      () => [f32(1.5, 0.25)]], { tolerance: 2e-3, notes: "differences move in steps of single precision" }],
    ["relativeEnds", [() => [f64(0.5, -0.2, 0.7, 1.1)], () => [f64(1, 2)], () => [f64(0.3)]]],
    ["chosenView", [() => [f64(0.5, -0.2, 0.7), f64(0.9, 1.2, 0.1)], () => [f64(1.5, 0.4), f64(0.7, 0.3)]]],
    ["overlappingResult", [() => [f64(0.5, -0.2, 0.7)], () => [f64(1.5)]]],
    ["partsOfArgument", [() => [f64(0.5, -0.2, 0.7)], () => [f64(1.5, 0.3)]]],
    ["choleskyRows", [
      () => [f64(4, 0, 0, 1, 3, 0, 0.5, 0.2, 2), 3],
      () => [f64(2), 1]], { argnums: [0] }],
  ),
  ...fromFile(
    "exceptions.ts",
    ["rootOr", [() => [1.5, 2], () => [-1.5, 0.7]]],
    ["partlyDone", [() => [1.5, 2], () => [1.5, -0.7]]],
    ["thrownNumber", [() => [1.5, 2], () => [2.5, 0.7]]],
    ["thrownRecord", [() => [1.5, 2], () => [2.5, 0.7]]],
    ["twoKinds", [() => [1.5, 0], () => [1.5, 1], () => [1.5, 2]], { argnums: [0] }],
    ["sumOfValid", [() => [[1.5, 2, 0.3]], () => [[1.5, -2, 0.7, 2.2]], () => [[-1, 1.5, -2, 0.7, -2.2, 4]]], { argnums: [0] }],
    ["firstPair", [() => [[1.5, 2, 0.3, 4], 5], () => [[1.5, -2, 0.7, 2.2], 9]], { argnums: [0] }],
    ["fromCallbacks", [() => [[1.5, 2, 0.3]], () => [[1.5, 2, -0.7, 2.2]], () => [[1.5, 0.1, 2.2]]]],
    ["overriddenReturn", [() => [1.3, 0], () => [1.3, 1], () => [1.3, 2], () => [1.3, 3], () => [1.3, 4]], { argnums: [0] }],
    ["nested", [() => [1.5, 2], () => [-1.5, 2], () => [-2.5, 2], () => [-1.5, -2]]],
    ["readAll", [() => [[1.5, 2, 0.3, 4]], () => [[1.5, -2, 0.7]]], { argnums: [0] }],
    ["oddPlaces", [() => [[0.7, 0.4, 0.8, 3], 0.9], () => [[1.1, 1.7, 0.8], 1.2], () => [[2.5, 1.7], 1.2], () => [[0.3, 1.7, 0.2], 0.4]]],
    ["newton", [() => [1.5, 2], () => [0.01, 2]]],
    ["halfway", [() => [f64(1.5, 0.4, 0.3), 3]], { argnums: [0] }],
    ["halfwayCaught", [() => [f64(1.5, 0.4, 0.3), 3], () => [f64(1.5, 2.4, 0.3), 3]]],
    ["divisions", [() => [[1.5, 2, 0.3], 0.7], () => [[1.5, 0, -3], 0.7]], { argnums: [1] }],
    ["retried", [() => [1.5, 4], () => [1.9, 3], () => [2, 0]], { argnums: [0] }],
    ["evaluated", [() => [divided(2), 1.3], () => [divided(0), 1.3], () => [{ op: "root", parts: [divided(-2)] }, 1.3]], { argnums: [1] }],
    ["bisected", [() => [0.7, 3, 1.4, 3], () => [0.2, 1, 1.4, 2]], { argnums: [0, 1, 2] }],
    ["mutualThrows", [() => [1.5, 6], () => [4.5, 5]], { argnums: [0] }],
  ),
  ...fromFile(
    "functions.ts",
    ["arrow", [() => [0.7, 1.9], () => [-2, 0.4]]],
    ["moduleConstants", [() => [0.8], () => [2.2]]],
    ["acrossModules", [() => [0.6, 1.4], () => [2, 0.3]]],
    ["captures", [() => [0.7, 1.2], () => [-1.5, 0.4]]],
    ["functionArgument", [() => [0.2, 1.7, 0.9], () => [-1, 0.5, 2]]],
    ["composed", [() => [1.2, 0.4], () => [0.5, -0.7]]],
    ["genericHelpers", [() => [[1, 0.5, 2], [["a", 0.7], ["b", 1.4], ["a", -0.3]]], () => [[0.6], [["b", 2]]]]],
    ["severalResults", [() => [[1, 2.5, -0.7]], () => [[0.3, 0.9]]]],
    ["helperThatWrites", [() => [[0.7, 1.2, 0.4]], () => [[2, 0.5]]]],
    ["immediatelyCalled", [() => [1.6], () => [0.4]]],
    ["dispatch", [() => ["cube", 0.7], () => ["wave", 1.1], () => ["line", -0.4]], { argnums: [1] }],
  ),
  ...fromFile(
    "geometry.ts",
    ["bezier", [() => [[[0, 0.2], [1, 2], [2, -1], [3, 0.5]], 0.3], () => [[[1, 1], [0.4, 2]], 0.8]]],
    ["deBoor", [
      () => [2.3, [0, 0, 0, 1, 2, 3, 4, 4, 4], [1, 0.5, 2, -1, 0.7, 1.2], 2],
      () => [0.6, [0, 0, 0, 0, 1, 2, 2, 2, 2], [0.3, 1, -0.5, 2, 0.9], 3]], { argnums: [0, 2] }],
    ["cubicSpline", [() => [[0, 1, 2.5, 3], [0.4, 1.2, -0.3, 0.8], 1.7], () => [[0, 0.7, 2], [1, 0.2, 0.9], 0.3]]],
    ["bilinear", [() => [[[1, 2, 0.5], [0.3, -1, 4]], 1.3, 0.6], () => [[[1, 0.2], [2, 3]], 0.7, 0.1]]],
    ["polygonArea", [
      () => [[{ x: 0, y: 0 }, { x: 2, y: 0.3 }, { x: 1.5, y: 2 }]],
      () => [[{ x: 1, y: 0.2 }, { x: 0.5, y: 1 }, { x: -0.4, y: 0.3 }, { x: 0.1, y: -1 }]]]],
    ["layoutEnergy", [
      () => [f64(0, 0.1, 1, 0.3, 0.4, 1.2), [[0, 1], [1, 2]], 0.8],
      () => [f64(0.5, 0, -0.6, 1), [[1, 0]], 1.5]], { argnums: [0, 2] }],
    ["rayThroughSpheres", [
      () => [[0, 0, 0], [1, 0.1, -0.2], [{ center: [3, 0, 0], radius: 1 }, { center: [2, 5, 0], radius: 1 }, { center: [6, 1, -1], radius: 2 }]],
      () => [[0, 0.3, -3], [0.1, 0, 1], [{ center: [0, 0, 4], radius: 1.5 }, { center: [0.2, 0, 1], radius: 0.7 }]]]],
    ["chainEnergy", [() => [[-0.8, -0.2, 0.5], 1.1], () => [[0.3, -0.3], 1.6]]],
    ["forwardKinematics", [() => [[{ angle: 0.4, length: 1 }, { angle: -0.9, length: 0.7 }]], () => [[{ angle: 1.3, length: 2 }]]]],
  ),
  ...fromFile(
    "dynamics.ts",
    ["pendulumRk4", [() => [0.7, 1.3, 0.1, 6], () => [-1.5, 0.8, 0.3, 3]], { argnums: [0, 1, 2] }],
    ["predatorPrey", [() => [f64(1.1, 0.4, 0.1, 0.4), f64(3, 1.5), 6], () => [f64(0.7, 0.5, 0.2, 0.3), f64(1, 2), 3]], { argnums: [0, 1] }],
    ["throwDistance", [() => [12, 0.7, 0.02], () => [6, 0.3, 0.1]]],
    ["kepler", [() => [0.8, 0.3], () => [2.4, 0.6]]],
    ["adaptiveDecay", [() => [1.7, 2], () => [4, 0.6]]],
    ["epidemicPeak", [() => [0.6, 0.1, 30], () => [0.4, 0.15, 12]], { argnums: [0, 1] }],
    ["delayed", [() => [1.4, 4, 15], () => [-0.6, 2, 8]], { argnums: [0] }],
  ),
  ...fromFile(
    "statistics.ts",
    ["logSumExp", [() => [[1, 3, 2.5]], () => [[-20, -21.5]]]],
    ["blackScholes", [
      () => [{ spot: 100, rate: 0.03, volatility: 0.25 }, 95, 0.5],
      () => [{ spot: 20, rate: 0.05, volatility: 0.4 }, 30, 1.5, "put"]], { argnums: [0, 1, 2] }],
    ["americanPut", [() => [100, 105.3, 0.05, 0.3, 7], () => [30, 28.1, 0.02, 0.45, 5]], { argnums: [0, 1, 2, 3] }],
    ["gammaLogLikelihood", [() => [2.3, 1.4, [1, 3.5, 0.7]], () => [0.8, 2, [0.4]]], { argnums: [0, 1] }],
    ["logisticRegression", [
      () => [[0.1, -0.6, 1.2], [[1, 2], [-0.4, 0.3], [2, -1]], [true, false, true]],
      () => [[0.5, 0.2], [[3], [-2]], [false, false]]], { argnums: [0] }],
    ["kalmanFilter", [() => [[0.3, 0.9, 1.4, 0.8], 0.1, 0.4], () => [[-1, 0.2], 0.5, 0.2]]],
    ["viterbi", [() => [[[1, 0.2], [0.4, 0.9], [0.3, 0.5]], [[0.1, -0.7], [0.3, 0.6]]], () => [[[0.5, 2]], [[0, 0.1], [0.2, 0.3]]]]],
    ["hiddenMarkov", [
      () => [[0.6, 0.4], [[0.7, 0.3], [0.2, 0.8]], [[0.5, 0.5], [0.1, 0.9]], [0, 1, 1]],
      () => [[0.3, 0.7], [[0.5, 0.5], [0.4, 0.6]], [[0.2, 0.8], [0.6, 0.4]], [1, 0]]], { argnums: [0, 1, 2] }],
    ["mixtureLogLikelihood", [
      () => [[{ weight: 0.3, mean: -1, logSigma: 0.1 }, { weight: -0.4, mean: 2, logSigma: -0.5 }], f64(0.3, 1.9, -1.4)],
      () => [[{ weight: 1, mean: 0.4, logSigma: 0.7 }], f64(2, -0.6)]]],
    ["robustLine", [
      () => [0.7, 1.2, [{ x: 1, y: 2 }, { x: 2, y: 30 }, { x: 3, y: 2.5, weight: 0.4 }]],
      () => [-1, 0.3, [{ x: 0.5, y: 0.1, weight: 2 }]]]],
  ),
  ...fromFile(
    "learning.ts",
    ["perceptron", [
      () => [f64(0.3, -0.5, 0.1, 0.8, 0.2, -0.4, 0.6, -0.9, 0.2), f64(1, 0.5, -0.7, 1.2, 0.3, -1), f64(0.4, -0.2, 1), 2],
      () => [f64(0.7, 0.1, 1.1, -0.3), f64(0.5, 2), f64(1, 0.3), 1]], { argnums: [0, 1, 2] }],
    ["lstm", [
      () => [{ input: [0.3, -0.2, 0.1], forget: [0.5, 0.7, 1], output: [-0.4, 0.2, 0.3], cell: [0.9, -0.6, 0.2] }, [1, -0.5, 0.8]],
      () => [{ input: [1, 0.2, 0], forget: [-0.3, 0.4, 0.5], output: [0.8, 0.1, -0.2], cell: [0.6, 0.3, 0.1] }, [0.4]]]],
    ["attention", [
      () => [[[0.3, 1], [-0.5, 0.7]], [[1, 0.2], [0.4, -0.8], [0.6, 0.9]], [[1, 2], [0.5, -1], [0.3, 0.8]]],
      () => [[[0.4]], [[1.2], [-0.3]], [[0.7], [2]]]]],
    ["batchNormalize", [() => [f64(1, 2.5, -0.7), 1.3, 0.2], () => [f64(0.4, 1.1), 0.6, -0.5]]],
    ["convolution2d", [
      () => [[[1, 0.5, -0.3], [2, 0.7, 1.1], [-0.4, 0.9, 0.2]], [[0.6, -0.2], [0.3, 0.8]]],
      () => [[[1, 2], [0.3, 0.4]], [[0.5, -0.1]]]]],
    ["tunedDescent", [() => [0.05, 0.6, [1, -0.7]], () => [0.1, 0.3, [0.4, 2]]]],
  ),
  ...fromFile(
    "integers.ts",
    ["maskedProduct", [() => [[1.2, 0.7, 3, -0.5], 0b1011], () => [[2, 0.4], 0b10]], { argnums: [0] }],
    ["ringBuffer", [() => [[1, 2, 0.5, -1, 3], 3], () => [[0.4, 0.9], 2]], { argnums: [0] }],
    ["stackMachine", [
      () => [[instruction("load"), instruction("push", 1.5), instruction("multiply"), instruction("sine"), instruction("load"), instruction("add")], 0.7],
      () => [[instruction("push", 2), instruction("load"), instruction("swap"), instruction("multiply")], -1.2]]],
    ["grayOrder", [() => [f64(1, 0.5, -0.7, 2, 0.3, -1, 0.9, 0.2)], () => [f64(1.1, 0.4)]]],
    ["roughness", [() => [f64(1, 0.5, -0.7, 2, 0.3, -1), 3], () => [f64(0.4, 1.2, 2, 0.1), 2]], { argnums: [0] }],
    ["histogramSoft", [() => [[0.3, 1.7, 2.6, 5.9], 1.1], () => [[0.8, -0.4], 0.7]]],
    ["lookedUp", [() => [0.37, [1, 2.5, -0.7, 3]], () => [0.81, [0.4, 2]]]],
    ["clonedApart", [() => [1.3, [0.5, 2]], () => [-0.7, [1.1, 0.3, 2]]]],
    ["units", [() => [3.2, "km", "log"], () => [120, "mi", "km"], () => [7, "m", "m"]], { argnums: [0] }],
  ),
  ...fromFile(
    "vectors.ts",
    ["polar", [() => [2, 0.7], () => [0.5, -1.9]]],
    ["spherical", [() => [{ r: 2, theta: 0.7, phi: 1.9 }], () => [{ r: 0.4, theta: 2.1, phi: -0.8 }]]],
    ["softmax", [() => [[1, 3, 2.5]], () => [[0.2, -0.9]]]],
    ["scaleInPlace", [() => [f64(1, -0.5, 2), 0.7], () => [f64(0.3), 1.8]]],
    ["sharedResult", [() => [[1, -0.5]], () => [[0.7, 1.2, 3]]]],
    ["outerProduct", [() => [f64(1, 2), f64(0.5, -0.7, 3)], () => [f64(0.4), f64(1.2)]]],
    ["mixedTuple", [() => [0.7, [1, 2.5]], () => [-1.2, [0.3]]]],
    ["maybeRoots", [() => [1, -5, 6], () => [1, 0.2, 3]]],
    ["rosenbrockResiduals", [() => [[0.7, 1.2, -0.4]], () => [[2, 3]]]],
    ["partlyGiven", [() => [[0.7, 1.2], { shift: [1, 2], scale: 3 }], () => [[-0.4], { shift: [3], scale: 0.5 }]], { argnums: [0] }],
    ["moments", [() => [f64(1, 2.5, -0.7)], () => [f64(0.3, 0.9)]]],
  ),
];
