/**
 * Algebra on primitives as data: a pattern, a condition on what is known, a replacement. An identity keeps every value to
 * the last bit unless `relaxes` says what it gives up, and keeps derivatives, at kinks too. So there is no `0 * x = 0`
 * (x may be NaN or infinite), no `x - x = 0`, no `x ** 0.5 = sqrt(x)` (-0 and -Infinity differ), and sums are not
 * reordered. Every identity lowers a measure (operations, then negations below the root, then negative factors), so
 * rewriting ends. In the manner of tinygrad's `uop/symbolic.py`; it serves the optimiser and symbolic differentiation.
 */
import { argument, type Scalar, toExpression } from "../core/bind.ts";
import type { Expression, Primitive, Term } from "../core/primitive.ts";
import { add, div, mul, neg, select, square, stopGradient, sub } from "./arithmetic.ts";
import { and, eq, ne, not, or } from "./comparison.ts";
import { abs, hypot, max, min, pow } from "./transcendental.ts";

/** Primitives whose two arguments can change places. */
export const commutative: ReadonlySet<Primitive> = new Set([add, mul, max, min, eq, ne, and, or]);

/**
 * What comes next: `before` prepares for a transform, which likes `square(x)`; `after` for reading, which likes `x * x`.
 */
export type Stage = "before" | "after";

type Application = Expression & { readonly kind: "apply" };

export interface Identity {
  readonly title: string;
  readonly pattern: Application;
  /** Further condition, on the placeholders that are bound to known scalars. */
  readonly where?: (known: readonly Scalar[]) => boolean;
  readonly replacement: (known: readonly Scalar[]) => Expression;
  /** What does not stay the same to the last bit. */
  readonly relaxes?: string;
  readonly stage?: Stage;
  /** Applies only if the parts of the pattern are used nowhere else, because it would compute them twice. */
  readonly unshared?: boolean;
}

const [x, y, z] = [argument(0), argument(1), argument(2)] as const;

/** An application as it stands, not folded. */
function apply(primitive: Primitive, ...args: (number | Expression)[]): Application {
  return { kind: "apply", primitive, args: args.map(toExpression) };
}

type Extra = Partial<Pick<Identity, "where" | "relaxes" | "stage" | "unshared">>;

function identity(
  title: string,
  pattern: Application,
  to: Term | ((known: readonly Scalar[]) => Term),
  extra: Extra = {},
): Identity {
  const replacement = typeof to === "function" ? to : (): Term => to;
  return { title, pattern, replacement: (known) => toExpression(replacement(known)), ...extra };
}

/** What an identity relaxes that may be applied only where nothing tells 0 from -0 (`analysis/zero-signs`). */
const zeroSign = "the sign of a zero result";
const range = "overflow and underflow of what lies between";

const factor = ([c]: readonly Scalar[]): number => c as number;
/** NaN where one of them is not known. */
const factors = ([c, d]: readonly Scalar[]): number => (c as number) * (d as number);
/** False of what is not known, which no number is above. */
const isNegative = (known: readonly Scalar[]): boolean => factor(known) < 0;
/** A power of two whose reciprocal is exact: of one below 2^-1023 it would be infinite. */
function isPowerOfTwo(c: Scalar): c is number {
  const size = typeof c === "number" ? Math.abs(c) : 0;
  return size >= 2 ** -1023 && 2 ** Math.round(Math.log2(size)) === size;
}

/** `x` to the powers 0, 1, … as products. */
const products: readonly Term[] = [1, x, square(x), mul(square(x), x), square(square(x))];
const isSmallPower = ([, n]: readonly Scalar[]): boolean => Math.abs(n as number) in products;
const smallPower = ([, n]: readonly Scalar[]): Term =>
  products[n as number] ?? div(1, products[-(n as number)] as Term);

/** Every identity, in the order in which they are tried. Commuted forms are understood. */
export const identities: readonly Identity[] = [
  // Sums.
  identity("x + 0 = x", apply(add, x, 0), x, { relaxes: zeroSign }),
  identity("x - 0 = x", apply(sub, x, 0), x, { relaxes: zeroSign }),
  identity("0 - x = -x", apply(sub, 0, x), neg(x), { relaxes: zeroSign }),
  identity("x + x = 2 x", apply(add, x, x), mul(2, x)),
  identity("x + -y = x - y", apply(add, x, apply(neg, y)), sub(x, y)),
  identity("x - -y = x + y", apply(sub, x, apply(neg, y)), add(x, y)),
  identity("-x - y = -(x + y)", apply(sub, apply(neg, x), y), neg(add(x, y)), { unshared: true, relaxes: zeroSign }),
  identity("-(-x) = x", apply(neg, apply(neg, x)), x),
  identity("-(x - y) = y - x", apply(neg, apply(sub, x, y)), sub(y, x), { relaxes: zeroSign }),
  identity("y + c x = y - (-c) x, c < 0", apply(add, y, apply(mul, x, z)), (k) => sub(y, mul(-factor(k), z)), {
    where: isNegative,
    unshared: true,
  }),
  identity("y - c x = y + (-c) x, c < 0", apply(sub, y, apply(mul, x, z)), (k) => add(y, mul(-factor(k), z)), {
    where: isNegative,
    unshared: true,
  }),
  // Products.
  identity("x 1 = x", apply(mul, x, 1), x),
  identity("x -1 = -x", apply(mul, x, -1), neg(x)),
  identity("x / 1 = x", apply(div, x, 1), x),
  identity("x / -1 = -x", apply(div, x, -1), neg(x)),
  // Not left to commuting, which would change the order in which the user reads the factors.
  identity("x -y = -(x y)", apply(mul, x, apply(neg, y)), neg(mul(x, y)), { unshared: true }),
  identity("-x y = -(x y)", apply(mul, apply(neg, x), y), neg(mul(x, y)), { unshared: true }),
  identity("-x / y = -(x / y)", apply(div, apply(neg, x), y), neg(div(x, y)), { unshared: true }),
  identity("x / -y = -(x / y)", apply(div, x, apply(neg, y)), neg(div(x, y)), { unshared: true }),
  identity("-(c x) = (-c) x", apply(neg, apply(mul, x, y)), (k) => mul(-factor(k), y), {
    where: ([c]) => typeof c === "number",
    unshared: true,
  }),
  identity("-(c / x) = (-c) / x", apply(neg, apply(div, x, y)), (k) => div(-factor(k), y), {
    where: ([c]) => typeof c === "number",
    unshared: true,
  }),
  identity("x / 2^k = 2^-k x", apply(div, x, y), ([, c]) => mul(1 / (c as number), x), {
    where: ([a, c]) => isPowerOfTwo(c) && a === undefined,
  }),
  identity(
    "c (d x) = (c d) x, c or d a power of two",
    apply(mul, x, apply(mul, y, z)),
    (known) => mul(factors(known), z),
    {
      where: (known) => known.slice(0, 2).some(isPowerOfTwo) && isNormal(factors(known)),
      relaxes: range,
      unshared: true,
    },
  ),
  identity("x x = x^2", apply(mul, x, x), square(x), { stage: "before" }),
  identity("x^2 = x x", apply(square, x), mul(x, x), { stage: "after" }),
  identity("(-x)^2 = x^2", apply(square, apply(neg, x)), square(x)),
  identity("|x|^2 = x^2", apply(square, apply(abs, x)), square(x)),
  identity("x^n as products, |n| <= 4", apply(pow, x, y), smallPower, {
    where: isSmallPower,
    relaxes: `the last bits of the power; ${range}`,
  }),
  // Functions.
  identity("|-x| = |x|", apply(abs, apply(neg, x)), abs(x)),
  identity("||x|| = |x|", apply(abs, apply(abs, x)), abs(x)),
  identity("hypot(x) = |x|", apply(hypot, x), abs(x)),
  identity("max(x, x) = x", apply(max, x, x), x),
  identity("min(x, x) = x", apply(min, x, x), x),
  identity("stopGradient once", apply(stopGradient, apply(stopGradient, x)), stopGradient(x)),
  // Choices and logic.
  identity("true ? x : y = x", apply(select, x, y, z), y, { where: ([c]) => c === true }),
  identity("false ? x : y = y", apply(select, x, y, z), z, { where: ([c]) => c === false }),
  identity("c ? x : x = x", apply(select, x, y, y), y),
  identity("!c ? x : y = c ? y : x", apply(select, apply(not, x), y, z), select(x, z, y)),
  identity("!!x = x", apply(not, apply(not, x)), x),
  identity("!(x === y) = x !== y", apply(not, apply(eq, x, y)), ne(x, y), { unshared: true }),
  identity("!(x !== y) = x === y", apply(not, apply(ne, x, y)), eq(x, y), { unshared: true }),
  identity("x && true = x", apply(and, x, y), x, { where: ([, c]) => c === true }),
  identity("x && false = false", apply(and, x, y), y, { where: ([, c]) => c === false }),
  identity("x || true = true", apply(or, x, y), y, { where: ([, c]) => c === true }),
  identity("x || false = x", apply(or, x, y), x, { where: ([, c]) => c === false }),
  identity("x && x = x", apply(and, x, x), x),
  identity("x || x = x", apply(or, x, x), x),
];

function isNormal(c: number): boolean {
  return Number.isFinite(c) && Math.abs(c) >= 2 ** -1022;
}

/** A pattern with the arguments of its commutative applications in every order. */
function orders(pattern: Expression): readonly Expression[] {
  if (pattern.kind !== "apply") return [pattern];
  let lists: Expression[][] = [[]];
  for (const arg of pattern.args) lists = lists.flatMap((list) => orders(arg).map((order) => [...list, order]));
  const { primitive } = pattern;
  const all = commutative.has(primitive) ? lists.flatMap((args) => [args, args.toReversed()]) : lists;
  return all.map((args) => ({ kind: "apply", primitive, args }));
}

interface Entry {
  readonly identity: Identity;
  readonly args: readonly Expression[];
}

const table = new Map<Primitive, Entry[]>();
function enter(each: Identity, patterns: readonly Expression[]): void {
  const entries = table.get(each.pattern.primitive) ?? [];
  table.set(each.pattern.primitive, entries);
  for (const pattern of patterns) entries.push({ identity: each, args: (pattern as Application).args });
}
// Every pattern as it is written before any with its arguments in another order, so that fewer products change theirs.
for (const each of identities) enter(each, orders(each.pattern).slice(0, 1));
for (const each of identities) enter(each, orders(each.pattern).slice(1));

/** How identities look at the terms of some domain: IR values, formulas. */
export interface Terms<T> {
  /** The application that a term is, or the known scalar, or `undefined` for anything else. */
  readonly view: (
    term: T,
  ) =>
    | { readonly primitive: Primitive; readonly args: readonly T[]; readonly scalar?: undefined }
    | { readonly scalar: Scalar; readonly primitive?: undefined; readonly args?: undefined }
    | undefined;
  readonly same: (a: T, b: T) => boolean;
  /** True if the term is used elsewhere too. */
  readonly isShared: (term: T) => boolean;
}

/** What an application can be replaced by: a formula, and what its placeholders stand for. */
export interface Rewrite<T> {
  readonly identity: Identity;
  readonly replacement: Expression;
  readonly bindings: readonly T[];
}

/**
 * The first identity that changes `primitive(...args)`, applied once at the root; `undefined` if none does. `keepsZeroSign`:
 * somebody tells 0 from -0 there.
 */
export function rewrite<T>(
  primitive: Primitive,
  args: readonly T[],
  terms: Terms<T>,
  stage: Stage,
  keepsZeroSign: () => boolean = () => false,
): Rewrite<T> | undefined {
  for (const entry of table.get(primitive) ?? []) {
    const { identity: candidate } = entry;
    if ((candidate.stage ?? stage) !== stage) continue;
    const bindings: T[] = [];
    if (!matchAll(entry.args, args, bindings, terms, candidate.unshared)) continue;
    const known = bindings.map((term) => terms.view(term)?.scalar);
    if (candidate.where && !candidate.where(known)) continue;
    if (candidate.relaxes === zeroSign && keepsZeroSign()) continue;
    return { identity: candidate, replacement: candidate.replacement(known), bindings };
  }
  return undefined;
}

function matchAll<T>(
  patterns: readonly Expression[],
  args: readonly T[],
  bindings: T[],
  terms: Terms<T>,
  unshared: boolean | undefined,
): boolean {
  return (
    args.length === patterns.length &&
    patterns.every((pattern, i) => matches(pattern, args[i] as T, bindings, terms, unshared))
  );
}

function matches<T>(
  pattern: Expression,
  term: T,
  bindings: T[],
  terms: Terms<T>,
  unshared: boolean | undefined,
): boolean {
  switch (pattern.kind) {
    case "argument": {
      const bound = bindings[pattern.index];
      if (bound !== undefined) return terms.same(bound, term);
      bindings[pattern.index] = term;
      return true;
    }
    case "literal":
      return terms.view(term)?.scalar === pattern.value;
    case "apply": {
      const view = terms.view(term);
      if (view?.primitive !== pattern.primitive) return false;
      if (unshared && terms.isShared(term)) return false;
      return matchAll(pattern.args, view.args, bindings, terms, unshared);
    }
    case "result":
      return false;
    default:
      return pattern satisfies never;
  }
}
