/** How entries of the list of corpus programs are written. */
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

type Details = Partial<Pick<CorpusProgram, "argnums" | "smooth" | "tolerance" | "notes">>;
type Listed = readonly [name: string, args: readonly (() => unknown[])[], details?: Details];

export function fromFile(file: string, ...programs: readonly Listed[]): CorpusProgram[] {
  return programs.map(([name, args, details]) => ({ file, name, args, smooth: true, ...details }));
}

export const f64 = (...values: number[]): Float64Array => new Float64Array(values);
export const f32 = (...values: number[]): Float32Array => new Float32Array(values);
