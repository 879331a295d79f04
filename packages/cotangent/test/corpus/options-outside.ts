/**
 * Objects from outside that lack fields: spread over defaults, left over by patterns, asked what they have. What is taken
 * for granted of them is looked at when a derivative is called.
 */

export interface Options {
  readonly rate?: number;
  readonly momentum?: number;
  readonly weights?: readonly number[];
}

const defaults = { rate: 0.3, momentum: 0.6, steps: 3 };

/** The way of most libraries. */
export function descended(x: number, options: Options = {}): number {
  const { rate, momentum, steps } = { ...defaults, ...options };
  let [y, v] = [x, 0];
  for (let i = 0; i < steps; i++) {
    v = momentum * v - rate * y * y;
    y += v;
  }
  return y;
}

/** Copies of a copy, in a list, and what a pattern leaves over. */
export function copied(list: readonly Options[], x: number): number {
  let sum = 0;
  for (const options of list) {
    const { rate = x, ...others } = { ...options };
    const full = { momentum: rate * x, weights: [x], ...others };
    const last = Object.assign({ rate: 2, momentum: x }, options);
    sum += rate * full.momentum * (full.weights[0] ?? 1) + last.rate * last.momentum;
  }
  return sum;
}

/** What is there is asked. */
export function asked(x: number, options: Options): number {
  if ("momentum" in options) return x * (options.momentum ?? 1);
  return Object.hasOwn(options, "weights") ? x * x : (options.rate ?? x) * 3 * x;
}

interface Link {
  readonly gain?: number;
}

/** Objects further inside. */
export function chained(
  x: number,
  chain: { readonly rows: readonly (readonly Link[])[]; readonly last?: Link },
): number {
  let product = x;
  for (const row of chain.rows) for (const link of row) product *= { gain: x, ...link }.gain;
  return product * { gain: product, ...chain.last }.gain;
}

/** An object that has all fields of its type, over one that has more. */
export function replaced(body: { x: number; v: number }, place: { x: number }): number {
  const moved = { ...body, ...place };
  const put = Object.assign({ x: 1, v: body.x }, place);
  return moved.x * moved.v + put.x * put.v;
}

interface Wide {
  a: number;
  b?: number;
  more?: Map<string, unknown>;
}

const product = (o: Wide): number => o.a * (o.b ?? 2);

/** An object of fewer fields is taken where there may be more. */
export function narrow(o: { a: number }, x: number): number {
  return product(o) + product(x > 1 ? o : { a: x }) * product({ ...o });
}

/** What is spread may be missing, or depend on a condition. */
export function perhaps(x: number, options?: Options): number {
  const some = { rate: 0.5, momentum: x, ...options, ...(x > 1 && { rate: x * x }) };
  const put = Object.assign({ rate: x }, options, x > 1 && { rate: some.rate * 2 });
  const part: Options = { ...options, ...(x < 1 && { momentum: x }) };
  const full = { momentum: 3, ...part };
  return some.rate * some.momentum * put.rate * full.momentum * ("momentum" in part ? 2 : x);
}
