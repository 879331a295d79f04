/**
 * Structured values as vectors, for tests: the numbers in arrays and objects, in a fixed order, and structures made of
 * such vectors. Written apart from `src`, so that tests do not trust what they test. An object met twice counts twice:
 * results are compared as trees. The parts of a map are its values, by their keys; a set has none.
 */

type Fields = Record<string, unknown>;

function isFloats(value: unknown): value is Float64Array | Float32Array {
  return value instanceof Float64Array || value instanceof Float32Array;
}

function partsOf(value: object): readonly unknown[] {
  if (value instanceof Map) return [...value.values()];
  return value instanceof Set ? [] : Object.values(value);
}

/** The numbers of `value` that a derivative can flow through, depth first. */
export function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (isFloats(value)) return Array.from(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return partsOf(value).flatMap(numbersOf);
}

/**
 * The structure of `value` with its numbers replaced by those of `numbers`, in order. What holds no number is kept as it
 * is in `value`, or is null if `bare`, as in tangents and gradients.
 */
export function withNumbers<T>(value: T, numbers: readonly number[], bare = false): T {
  let used = 0;
  const next = (): number => {
    const found = numbers[used++];
    if (found === undefined) throw new RangeError(`${numbers.length} numbers are too few`);
    return found;
  };
  const visit = (v: unknown): unknown => {
    if (typeof v === "number") return next();
    if (isFloats(v)) return v.map(next);
    if (typeof v !== "object" || v === null) return bare && v !== undefined ? null : v;
    if (ArrayBuffer.isView(v)) return bare ? null : v;
    if (Array.isArray(v)) return v.map(visit);
    if (v instanceof Set) return bare ? null : v;
    if (v instanceof Map) return new Map([...v].map(([key, part]) => [key, visit(part)]));
    const fields = Object.entries(v as Fields).map(([name, field]) => [name, visit(field)] as const);
    // Derivatives are plain objects; anything else stays an instance of its class.
    return Object.assign(bare ? {} : Object.create(Object.getPrototypeOf(v)), Object.fromEntries(fields));
  };
  const made = visit(value);
  if (used !== numbers.length) throw new RangeError(`${numbers.length} numbers for ${used} places`);
  return made as T;
}

/**
 * The numbers of a derivative at the places of the numbers of `like`, whose structure it must have: arrays of the same
 * kinds and lengths, null for what holds no number. A number that is missing in `like` may have derivative 0.
 */
export function numbersAlong(derivative: unknown, like: unknown, path = "derivative"): number[] {
  const fail = (): never => {
    throw new TypeError(`${path} is ${JSON.stringify(derivative)}, of ${JSON.stringify(like)}`);
  };
  if (typeof like === "number") return typeof derivative === "number" ? [derivative] : fail();
  if (like === undefined || like === null) {
    return derivative === undefined || derivative === null || derivative === 0 ? [] : fail();
  }
  if (isFloats(like)) {
    return isFloats(derivative) && derivative.constructor === like.constructor && derivative.length === like.length
      ? Array.from(derivative)
      : fail();
  }
  if (typeof like !== "object" || ArrayBuffer.isView(like) || like instanceof Set)
    return derivative === null ? [] : fail();
  if (like instanceof Map) {
    if (!(derivative instanceof Map) || [...derivative.keys()].join() !== [...like.keys()].join()) return fail();
    return [...like].flatMap(([key, part]) => numbersAlong(derivative.get(key), part, `${path}.get(${key})`));
  }
  if (typeof derivative !== "object" || derivative === null) return fail();
  if (Array.isArray(like) !== Array.isArray(derivative)) return fail();
  const [fields, likeFields] = [derivative as Fields, like as Fields];
  if (Array.isArray(like) && fields.length !== like.length) return fail();
  for (const name of Object.keys(fields))
    if (!(name in likeFields)) numbersAlong(fields[name], undefined, `${path}.${name}`);
  return Object.keys(likeFields).flatMap((name) => numbersAlong(fields[name], likeFields[name], `${path}.${name}`));
}

/** Overwrites every number that can be reached from `value`. */
export function scribble(value: unknown): void {
  if (isFloats(value)) value.fill(1e6);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  if (value instanceof Map) {
    for (const [key, part] of value) {
      if (typeof part === "number") value.set(key, 1e6);
      else scribble(part);
    }
    value.delete([...value.keys()][0]);
  }
  if (value instanceof Set) value.clear();
  const fields = value as Fields;
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === "number") fields[name] = 1e6;
    else scribble(field);
  }
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? Number.NaN), 0);
}

/** Numbers between -1 and 1, the same for the same seed: mulberry32. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  };
}
