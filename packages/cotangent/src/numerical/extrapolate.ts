/**
 * One derivative along a line, from differences with falling steps, and how far off it may be.
 *
 * The difference D(h) of order p has the error c h^p + c' h^(p + gap) + …, so two steps h and h/2 together remove the first
 * term, three the second, and so on (Richardson 1911; Romberg's table T[i][j], rows by falling h):
 *
 *     T[i][j] = T[i][j-1] + (T[i][j-1] - T[i-1][j-1]) / (2^(p + (j-1) gap) - 1)
 *
 * Against that stands rounding, which grows as eps |g| / h^n and passes through the same recurrence. The error of an entry
 * is estimated by its disagreement with its neighbours, and by rounding (Ridders 1982). Each row has its best entry, and
 * rows are believed from the finest upwards, as long as each agrees with the one before: a periodic function that large
 * steps meet at its period is consistent with itself there, and wrong.
 */
import type { Stencil } from "./stencil.ts";

/** A derivative with its estimated absolute error, and the step of the finest difference that went into it. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
  readonly step: number;
}

/** How a derivative is extrapolated. */
export interface TableOptions {
  /** The largest step; the others are its halves. A power of two, so that displaced points are exact. */
  readonly first: number;
  /** How many steps at most; fewer are taken when nothing more is gained. */
  readonly rows: number;
  /** The relative error of the function's values: what rounding is estimated from. 2^-52 by default. */
  readonly noise?: number;
  /** False: no extrapolation, the best single difference. */
  readonly extrapolate?: boolean;
}

/** Values of several functions of one variable; NaN where one is not defined. Called once for each t. */
export type Line = (t: number) => ArrayLike<number>;

const columns = 8;
/** Relative error below which rows that bring nothing more end the search. */
const goodEnough = 1e-6;
const patience = 4;

/** The derivative that `stencil` says of each of the functions that `line` gives, at t = 0. */
export function extrapolate(line: Line, stencil: Stencil, options: TableOptions): Estimate[] {
  const { first, rows, noise = 2 ** -52, extrapolate: isExtrapolated = true } = options;
  const read = remember(line);
  const tables = Array.from(read(0), () => new Table(stencil, isExtrapolated ? columns : 1, noise));
  let fruitless = 0;
  for (let i = 0, h = first; i < rows && fruitless < patience; i++, h /= 2) {
    const samples = stencil.offsets.map((k) => read(k * h));
    const gains = tables.map((table, m) => {
      const before = table.estimate;
      table.add(
        h,
        Array.from(samples, (values) => values[m]!),
      );
      const { value, error } = table.estimate;
      return error < before.error || !(error <= goodEnough * Math.abs(value));
    });
    fruitless = gains.includes(true) ? 0 : fruitless + 1;
  }
  return tables.map((table) => table.estimate);
}

/** `line` with what it gave before. */
function remember(line: Line): Line {
  const known = new Map<number, ArrayLike<number>>();
  return (t) => {
    const found = known.get(t) ?? line(t);
    known.set(t, found);
    return found;
  };
}

interface Entry {
  readonly value: number;
  /** What rounding of the samples may have done to the value. */
  readonly rounding: number;
  /** The disagreement with the entries it was made of. */
  readonly disagreement: number;
}

const nothing: Estimate = { value: Number.NaN, error: Number.POSITIVE_INFINITY, step: Number.NaN };

/** Romberg's table of one derivative, row by row. */
class Table {
  /** The best that the rows so far say. */
  estimate = nothing;
  readonly #stencil: Stencil;
  readonly #width: number;
  readonly #noise: number;
  /** The best estimate of each row but the last, in order. */
  readonly #rows: Estimate[] = [];
  #previous: readonly Entry[] = [];
  #step = Number.NaN;

  constructor(stencil: Stencil, width: number, noise: number) {
    this.#stencil = stencil;
    this.#width = width;
    this.#noise = noise;
  }

  /** Adds the row of the step `h`, whose samples are those at the stencil's offsets. */
  add(h: number, samples: readonly number[]): void {
    const { weights, derivative } = this.#stencil;
    let sum = 0;
    let magnitude = 0;
    weights.forEach((w, k) => {
      sum += w * samples[k]!;
      magnitude += Math.abs(w * samples[k]!);
    });
    const scale = h ** derivative;
    const first = { value: sum / scale, rounding: (this.#noise * magnitude) / scale, disagreement: 0 };
    const row = this.#extrapolateRow(first);
    this.#rows.push(this.#judge(row));
    this.estimate = believe(this.#rows);
    // After samples that are no numbers the table starts again.
    this.#previous = Number.isFinite(sum) ? row : [];
    this.#step = h;
  }

  #extrapolateRow(first: Entry): Entry[] {
    const { order, gap } = this.#stencil;
    const row = [first];
    for (let j = 1; j < this.#width && j <= this.#previous.length; j++) {
      const factor = 2 ** (order + (j - 1) * gap);
      const [fine, coarse] = [row[j - 1]!, this.#previous[j - 1]!];
      const value = fine.value + (fine.value - coarse.value) / (factor - 1);
      row.push({
        value,
        rounding: (factor * fine.rounding + coarse.rounding) / (factor - 1),
        disagreement: Math.max(Math.abs(value - fine.value), Math.abs(value - coarse.value)),
      });
    }
    return row;
  }

  /** The best entry of the previous row, now that each has a neighbour below. */
  #judge(row: readonly Entry[]): Estimate {
    let best = nothing;
    this.#previous.forEach((entry, j) => {
      const between = Math.abs((row[j]?.value ?? Number.NaN) - entry.value);
      // Of single differences the coarser one is off by their distance, and some.
      const truncation = this.#width === 1 ? 2 * between : Math.max(entry.disagreement, between);
      const error = truncation + entry.rounding;
      if (error < best.error && (j > 0 || this.#width === 1)) best = { value: entry.value, error, step: this.#step };
    });
    return best;
  }
}

/** The best of the estimates, from the last one upwards, as far as they agree within their errors. */
function believe(rows: readonly Estimate[]): Estimate {
  let best = nothing;
  for (const row of rows.toReversed()) {
    if (best === nothing) best = row;
    else if (Math.abs(row.value - best.value) > 2 * (row.error + best.error)) break;
    else if (row.error < best.error) best = row;
  }
  return best;
}
