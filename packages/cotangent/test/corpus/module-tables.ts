/** Constants of a module that are maps, sets and objects indexed by strings. */

const rates = new Map<string, number>([
  ["low", 0.5],
  ["high", 2],
]);
const flat: ReadonlySet<string> = new Set(["flat", "low"]);
const materials: Record<string, { readonly density: number; readonly moduli: readonly number[] }> = {
  steel: { density: 7.8, moduli: [2.1, 0.8] },
  wood: { density: 0.6, moduli: [0.1] },
};
const polynomials = new Map<number, readonly number[]>([
  [1, [0.3, 2]],
  [2, [-1, 0.4, 0.7]],
]);
const units = { names: { m: 1, cm: 0.01 } as Record<string, number>, count: 2 };

/** Looked up by name, and asked. */
export function rated(x: number, names: readonly string[]): number {
  let y = x;
  for (const name of names) y = flat.has(name) ? y + x : y * (rates.get(name) ?? 1);
  return y * rates.size + (units.names["cm"] ?? 0) * x;
}

/** Records and arrays in an indexed object, all of it listed. */
export function weighed(x: number): number {
  let sum = 0;
  for (const [name, { density, moduli }] of Object.entries(materials))
    sum += density * x ** name.length + moduli.reduce((s, m) => s + m * x, 0);
  for (const name in materials) sum *= "steel" in materials ? (materials[name]?.density ?? 1) : 1;
  return sum;
}

/** A copy is the function's own, and goes the same ways as what it is a copy of. */
export function copied(x: number): number {
  const own = new Map<string, number>([...rates, ["own", x]]);
  own.set("low", x * x);
  let y = 0;
  for (const [degree, of] of polynomials) for (const [i, c] of of.entries()) y += c * x ** (degree * i);
  for (const [name, rate] of own) y += rate * (rates.get(name) ?? x);
  return y;
}

const scale = {
  factor: 1.5,
  apply(v: number): number {
    return v * this.factor;
  },
  square(v: number): number {
    return this.apply(v) * this.half;
  },
  get half(): number {
    return this.factor / 2;
  },
};

/** Members of an object of the module that say `this`. */
export function scaled(x: number): number {
  return scale.square(x) * x + scale.apply(scale.half);
}

function weighted(x: number, weights?: Record<string, number>): number {
  let y = x;
  for (const name in weights) y += weights[name]! * x;
  return y;
}

/** Names in an object that may be missing. */
export function perhapsNamed(x: number): number {
  return weighted(x) * weighted(x, { a: x, b: 2 });
}

const ladders = new Map<string, number[]>([
  ["a", [1, 2]],
  ["b", [3, 4]],
]);
const pairs: Record<string, number[]> = { a: [1, 2] };

/** A map of the function beside one of the module, both of rows: what one holds is not the other's. */
export function besideModules(x: number): number {
  const own = new Map<string, number[]>();
  own.set("a", [x, 2]);
  own.get("a")![1] = x * x;
  for (const k of ["c", "a"]) {
    let list = own.get(k);
    if (!list) {
      list = [];
      own.set(k, list);
    }
    list.push(x, 3 * x);
  }
  let s = 0;
  for (const [k, r] of own) s += r[0]! * r[1]! * (ladders.get(k)?.[1] ?? 1);
  return s;
}

export function indexedBesideModules(x: number): number {
  const own: Record<string, number[]> = {};
  own.a = [x];
  own.a[0] = x * x;
  own.a.push(x);
  return own.a[0]! * pairs.a![1]! + own.a[1]! * pairs.a![0]!;
}

const fixedRows = [
  [1, 2],
  [3, 4],
];
function rowOf(m: number[][], k: number): number[] {
  return m[k]!;
}

/** A function that is called with rows of the module and with other ones, which the caller writes. */
export function rowsBesideModules(x: number): number {
  const own = [
    [x, 1],
    [2, x],
  ];
  rowOf(own, 0)[0] = x * x;
  rowOf(own, 1).push(x);
  return rowOf(own, 0)[0]! * rowOf(fixedRows, 1)[0]! + rowOf(own, 1)[2]! * rowOf(fixedRows, 0)[1]!;
}
