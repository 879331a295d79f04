/**
 * What rewritten code calls (`frontend/verbs/overloaded.ts` has its names): the operators, conditions, keys and built-in functions
 * of JavaScript, which on plain numbers do what JavaScript does, and on values what the derivative needs. A thing that has no
 * value in it goes JavaScript's own way, whatever it is.
 */
import type { Primitive } from "../core/primitive.ts";
import { overloadedCalls } from "../core/scalar.ts";
import * as table from "../elementals/index.ts";
import { functionOf } from "./functions.ts";
import { FloatList, includes, indexOf, orderOf } from "./lists.ts";
import { decide, operationOf } from "./operation.ts";
import { type Real, refuse, Value, value } from "./value.ts";

type Call = (...args: unknown[]) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: JavaScript's operators take anything
type Any = any;

function isValue(x: unknown): x is Value {
  return x instanceof Value;
}

/** An operator of two operands. */
function operator(primitive: Primitive, native: (a: Any, b: Any) => unknown): (a: unknown, b: unknown) => unknown {
  const call = functionOf(primitive) as Call;
  return (a, b) => (isValue(a) || isValue(b) ? call(a, b) : native(a, b));
}
function prefixed(primitive: Primitive, native: (a: Any) => unknown): (a: unknown) => unknown {
  const call = functionOf(primitive) as Call;
  return (a) => (isValue(a) ? call(a) : native(a));
}

const sum = operator(table.add, (a, b) => a + b);
/** Text that a value is written into would carry no derivative. */
function plus(a: unknown, b: unknown): unknown {
  if ((typeof a === "string" && isValue(b)) || (typeof b === "string" && isValue(a))) refuse("overload-plain", "text");
  return sum(a, b);
}

/** Whether both are numbers, overloaded or not. */
function areReal(a: unknown, b: unknown): boolean {
  return (typeof a === "number" || isValue(a)) && (typeof b === "number" || isValue(b));
}
function equal(a: unknown, b: unknown): boolean {
  if (!isValue(a) && !isValue(b)) return a === b;
  return areReal(a, b) && decide(table.eq, [a, b]);
}
function looselyEqual(a: Any, b: Any): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: it is what was written
  if (!isValue(a) && !isValue(b)) return a == b;
  if (a === null || a === undefined || b === null || b === undefined) return false;
  return decide(table.eq, [isValue(a) ? a : Number(a), isValue(b) ? b : Number(b)]);
}
function is(a: unknown, b: unknown): boolean {
  if (!isValue(a) && !isValue(b)) return Object.is(a, b);
  return areReal(a, b) && decide(table.is, [a, b]);
}

/** Whether a condition holds. */
function truth(x: unknown): boolean {
  return isValue(x) ? decide(table.ne, [x, 0]) && decide(table.eq, [x, x]) : Boolean(x);
}

let last: unknown;
/** As `truth`; what was asked is `tested()` until the next time. */
function test(x: unknown): boolean {
  const answer = truth(x);
  last = x;
  return answer;
}

/** What is found by its number: an index, a length, a label. */
function plain(x: unknown): unknown {
  return isValue(x) ? value(x) : x;
}

function store(target: Any, key: unknown, x: unknown): unknown {
  const at = plain(key) as number;
  if (target instanceof FloatList) {
    // As typed arrays do, which do not grow.
    if (!(Number.isInteger(at) && at >= 0)) target[at] = x as Real;
    else if (at < target.length) target[at] = target.keep(isValue(x) ? x : Number(x));
  } else target[at] = isIntegers(target) ? plain(x) : x;
  return x;
}
/** Arrays in which numbers are rounded, so that nothing flows through them. */
function isIntegers(target: unknown): boolean {
  return ArrayBuffer.isView(target) && !(target instanceof Float64Array) && !(target instanceof Float32Array);
}

/** A property that is read, and then written: the right side of an assignment is computed in between. */
class Place {
  readonly #target: Any;
  readonly #key: unknown;
  readonly #old: unknown;
  constructor(target: Any, key: unknown) {
    this.#target = target;
    this.#key = plain(key);
    this.#old = target[this.#key as string];
  }
  set(operation: (a: unknown, b: unknown) => unknown, x: unknown): unknown {
    return store(this.#target, this.#key, operation(this.#old, x));
  }
  setIf(wanted: boolean, make: () => unknown): unknown {
    return truth(this.#old) === wanted ? store(this.#target, this.#key, make()) : this.#old;
  }
  step(by: 1 | -1, isOld: boolean): unknown {
    const next = step(this.#old, by);
    store(this.#target, this.#key, next);
    return isOld ? this.#old : next;
  }
}

const increase = operationOf(table.add);
function step(x: Any, by: 1 | -1): unknown {
  if (typeof x === "number") return x + by;
  if (isValue(x)) return increase.call(x, by);
  let y = x;
  if (by === 1) y++;
  else y--;
  return y;
}

/** Methods whose arguments are positions; of some, only those from or up to one. */
const positions: Readonly<Record<string, readonly [from: number, to: number]>> = {
  slice: [0, 2],
  splice: [0, 2],
  toSpliced: [0, 2],
  at: [0, 1],
  subarray: [0, 2],
  copyWithin: [0, 3],
  flat: [0, 1],
  fill: [1, 3],
  with: [0, 1],
  charAt: [0, 1],
  charCodeAt: [0, 1],
  codePointAt: [0, 1],
  substring: [0, 2],
  padStart: [0, 1],
  padEnd: [0, 1],
  repeat: [0, 1],
};
const ofConditions: ReadonlySet<string> = new Set("filter find findIndex findLast findLastIndex some every".split(" "));
const ofKeys: ReadonlySet<string> = new Set("get set has delete add".split(" "));

function call(target: Any, name: string, ...args: unknown[]): unknown {
  const isList: boolean = Array.isArray(target) || ArrayBuffer.isView(target);
  const range = positions[name];
  if (range && (isList || typeof target === "string")) {
    return target[name](...args.map((x, i) => (i >= range[0] && i < range[1] ? plain(x) : x)));
  }
  const [first, ...others] = args;
  if (isList && typeof first === "function") {
    const f = first as Call;
    if (ofConditions.has(name)) return target[name]((...of: unknown[]) => truth(f.apply(others[0], of)), ...others);
    if (name === "sort" || name === "toSorted") return target[name]((...of: unknown[]) => orderOf(f(...of)));
  }
  if (Array.isArray(target) && !(target instanceof FloatList)) {
    const holdsValues = isValue(first) || target.some(isValue);
    if (holdsValues && name === "indexOf") return indexOf(target, first, others[0] as number);
    if (holdsValues && name === "includes") return includes(target, first, others[0] as number);
    if (holdsValues && name === "lastIndexOf") {
      for (let i = target.length - 1; i >= 0; i--) if (equal(target[i], first)) return i;
      return -1;
    }
    if (holdsValues && (name === "sort" || name === "toSorted")) refuse("overload-plain", "text");
  }
  if (ofKeys.has(name) && isValue(first)) {
    if (target instanceof Map || target instanceof WeakMap) refuse("overload-key", "map");
    if (target instanceof Set || target instanceof WeakSet) refuse("overload-key", "set");
  }
  return target[name](...args);
}

/** The functions of Math, of which those in the table take values. */
const math = Object.create(Math) as Record<string, unknown>;
for (const primitive of table.primitives.values()) {
  for (const spelling of [primitive.spelling, ...primitive.aliases]) {
    if (spelling.kind !== "call" || !spelling.callee.startsWith("Math.")) continue;
    const name = spelling.callee.slice(5);
    const own = functionOf(primitive) as Call;
    const native = Reflect.get(Math, name) as Call;
    const onValues: Call = primitive.arity === 2 && native.length === 2 && /^(max|min)$/.test(name) ? fold(own) : own;
    math[name] = (...args: unknown[]) => (args.some(isValue) ? onValues(...args) : native(...args));
  }
}
/** From the left, as the front end has it. */
function fold(of: Call): Call {
  return (first, ...others) => others.reduce((left, right) => of(left, right), first);
}

/** `Number`, which leaves values as they are; of nothing it is 0, and of what is missing NaN. */
const number = Object.setPrototypeOf(
  (...args: unknown[]) => (isValue(args[0]) ? args[0] : Number(...args)),
  Number,
) as Any;
Object.assign(number, {
  isNaN: (x: unknown) => (isValue(x) ? decide(table.isNotANumber, [x]) : Number.isNaN(x)),
  isFinite: (x: unknown) => (isValue(x) ? decide(table.isFiniteNumber, [x]) : Number.isFinite(x)),
  isInteger: (x: unknown) => (isValue(x) ? decide(table.isInteger, [x]) : Number.isInteger(x)),
  isSafeInteger: (x: unknown) => (isValue(x) ? decide(table.isSafeInteger, [x]) : Number.isSafeInteger(x)),
});

type FloatKind = Float64ArrayConstructor | Float32ArrayConstructor;

/** A kind of float array: a list inside of an overloaded call. */
function floats(native: FloatKind): unknown {
  const isSingle = native === (Float32Array as unknown);
  const make = (elements: Iterable<Real>): unknown =>
    overloadedCalls.count > 0 ? FloatList.with(elements, isSingle) : native.from(elements as Iterable<number>);
  function Floats(this: unknown, given: Any = 0, ...others: unknown[]): unknown {
    if (overloadedCalls.count === 0) return Reflect.construct(native, [given, ...others]);
    if (given instanceof ArrayBuffer) refuse("overload-memory", "an array in a buffer");
    if (typeof given !== "object" || given === null) return FloatList.zeros(Number(given), isSingle);
    return FloatList.with(Array.from(given as ArrayLike<Real>), isSingle);
  }
  return Object.defineProperties(Object.setPrototypeOf(Floats, native), {
    // All elements are taken before the function sees one.
    from: {
      value: (list: Any, f?: Any, self?: unknown) => make(f ? Array.from(Array.from(list), f, self) : Array.from(list)),
    },
    of: { value: (...elements: Real[]) => make(elements) },
    [Symbol.hasInstance]: {
      value: (x: unknown) => x instanceof native || (x instanceof FloatList && x.isSingle === isSingle),
    },
  });
}

/** Maps and sets, of which no key may be a value. */
function keyed(native: MapConstructor | SetConstructor, name: string): unknown {
  const isMap = native === (Map as unknown);
  const check = (x: unknown): unknown => (isValue(isMap ? (x as unknown[])[0] : x) ? refuse("overload-key", name) : x);
  // One by one, as the constructor takes them: the same pair may come again with other contents.
  function* checked(given: Iterable<unknown>): Generator<unknown> {
    for (const x of given) yield check(x);
  }
  const construct = (_: unknown, [given]: unknown[], target: Any): object =>
    Reflect.construct(native, given ? [checked(given as Iterable<unknown>)] : [], target);
  return new Proxy(native, { construct: (target, args, made) => construct(target, args, made) });
}

/** A deep copy in which values are as they are. */
function clone(x: Any, ...options: unknown[]): unknown {
  if (overloadedCalls.count === 0) return Reflect.apply(structuredClone, undefined, [x, ...options]);
  const made = new Map<object, unknown>();
  const visit = (part: Any): unknown => {
    if (typeof part === "function") return structuredClone(part);
    if (typeof part !== "object" || part === null || isValue(part)) return part;
    const known = made.get(part);
    if (known !== undefined) return known;
    if (ArrayBuffer.isView(part)) return structuredClone(part);
    if (part instanceof FloatList) {
      const copy = FloatList.with(part, part.isSingle);
      made.set(part, copy);
      return copy;
    }
    if (part instanceof Map) {
      const copy = new Map();
      made.set(part, copy);
      for (const [key, inner] of part) copy.set(visit(key), visit(inner));
      return copy;
    }
    if (part instanceof Set) {
      const copy = new Set();
      made.set(part, copy);
      for (const element of part) copy.add(visit(element));
      return copy;
    }
    const copy = (Array.isArray(part) ? [] : {}) as Record<string, unknown>;
    made.set(part, copy);
    for (const [key, inner] of Object.entries(part)) copy[key] = visit(inner);
    return copy;
  };
  return visit(x);
}

/** What rewritten code calls, by the names it has for it. */
export const rewritten = {
  plus,
  minus: operator(table.sub, (a, b) => a - b),
  times: operator(table.mul, (a, b) => a * b),
  over: operator(table.div, (a, b) => a / b),
  remainder: operator(table.rem, (a, b) => a % b),
  power: operator(table.pow, (a, b) => a ** b),
  bitAnd: operator(table.bitAnd, (a, b) => a & b),
  bitOr: operator(table.bitOr, (a, b) => a | b),
  bitXor: operator(table.bitXor, (a, b) => a ^ b),
  shl: operator(table.shl, (a, b) => a << b),
  shr: operator(table.shr, (a, b) => a >> b),
  ushr: operator(table.ushr, (a, b) => a >>> b),
  less: operator(table.lt, (a, b) => a < b),
  lessOrEqual: operator(table.le, (a, b) => a <= b),
  greater: operator(table.gt, (a, b) => a > b),
  greaterOrEqual: operator(table.ge, (a, b) => a >= b),
  equal,
  different: (a: unknown, b: unknown) => !equal(a, b),
  looselyEqual,
  looselyDifferent: (a: unknown, b: unknown) => !looselyEqual(a, b),
  negative: prefixed(table.neg, (a) => -a),
  positive: (a: Any) => (isValue(a) ? a : +a),
  bitNot: prefixed(table.bitNot, (a) => ~a),
  step,
  of: (x: unknown) => x,
  first: (x: unknown, _then: unknown) => x,
  truth,
  test,
  tested: () => last,
  typeOf: (x: unknown) => (isValue(x) ? "number" : typeof x),
  plain,
  key: plain,
  store,
  place: (target: unknown, key: unknown) => new Place(target, key),
  call,
  is,
  Math: math,
  Number: number,
  Boolean: Object.setPrototypeOf((x: unknown) => truth(x), Boolean) as unknown,
  isNaN: (x: unknown) => (isValue(x) ? number.isNaN(x) : Number.isNaN(Number(x))),
  isFinite: (x: unknown) => (isValue(x) ? number.isFinite(x) : Number.isFinite(Number(x))),
  structuredClone: clone,
  Float64Array: floats(Float64Array),
  Float32Array: floats(Float32Array),
  Map: keyed(Map, "map"),
  Set: keyed(Set, "set"),
};
