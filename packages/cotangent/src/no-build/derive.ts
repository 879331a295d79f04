/**
 * A derivative of a running function, as a function: compiled when it is called, once for each way of being called, which
 * the types of the arguments are. A call looks through what was compiled for these types before, then for the same place
 * in the text, and compiles only what is new. Captured constants are bound when the derivative of one function object is
 * made; what any script may assign is read at each call.
 */
import type { Derivative, OperatorRequest } from "../api/compile.ts";
import { evaluateWith } from "../api/evaluate.ts";
import type { AnyFunction } from "../api/types.ts";
import { CotangentError, rememberText, report } from "../core/errors.ts";
import { liveModule, type ValueTypes } from "../frontend/modules/running.ts";
import type { Global } from "../ir/types.ts";
import { ruleOf, standIn } from "../runtime/rules.ts";
import {
  type BoundValue,
  Environment,
  type IsDerived,
  type Located,
  type Looks,
  locate,
  lookAgain,
  type Surroundings,
} from "./environment.ts";
import { type Place, placeKey } from "./place.ts";
import { addText, ProgramChanged, programOf } from "./programs.ts";
import { checkTangents } from "./tangents.ts";
import { type Check, checkFor, copyOf, memoryOf, typeOfValue } from "./value-types.ts";

type Callable = (...args: unknown[]) => unknown;

/** What was compiled for one place and one way of being called. */
interface Variant {
  readonly place: Place;
  readonly accepts: readonly (Check | undefined)[];
  readonly looks: Looks;
  /** The derivative, bound to values of what is captured. */
  readonly bind: (values: readonly BoundValue[]) => Callable;
}

/** A variant, bound for one function object. */
interface Bound {
  readonly variant: Variant;
  around: Surroundings;
  call: Callable;
  /** What is captured has contents whose types may change, or may be assigned. */
  readonly mayChange: boolean;
}

const compiled = new Map<string, Variant[]>();

/** The derivative of `f` that the requests ask for, innermost first. */
export function derive(
  f: AnyFunction,
  name: string,
  requests: readonly OperatorRequest[],
  isDerived: IsDerived,
): AnyFunction {
  const meant = (standIn(f) ?? f) as AnyFunction;
  const of = ruleOf(meant) ? around(meant) : meant;
  const known: Bound[] = [];
  const isSplit = requests.some((r) => r.operator === "vjp" || r.operator === "linearize");
  const isInto = /Into$/.test(requests.at(-1)?.operator ?? "");

  const find = (args: readonly unknown[]): Bound => {
    const located = locate(of, name);
    const key = JSON.stringify([placeKey(located.place), requests]);
    const variants = compiled.get(key) ?? [];
    compiled.set(key, variants);
    for (const variant of variants) {
      const around = accepts(variant, args) ? lookAgain(variant.looks, located) : undefined;
      if (around) return bind(variant, around);
    }
    const { variant, around } = compile(located, requests, args, isDerived);
    variants.push(variant);
    return bind(variant, around);
  };

  const call: Callable = (...args) => {
    const primals = primalsOf(requests, args);
    checkTangents(requests.at(-1), args);
    let bound: Bound | undefined;
    for (const b of known) {
      if (accepts(b.variant, primals) && (!b.mayChange || refresh(b))) {
        bound = b;
        break;
      }
    }
    if (!bound) {
      bound = find(primals);
      known.push(bound);
    }
    if (isInto) refuseOverlap(args[0], bound.around.values);
    // A pullback reads nothing that the caller can reach.
    const { values } = bound.around;
    if (isSplit && values.some((v) => typeof v.value === "object")) {
      const copies = new Map<unknown, unknown>();
      const own = values.map((v) => ({ ...v, value: copyOf(v.value, copies) }));
      return bound.variant.bind(own)(...args);
    }
    return bound.call(...args);
  };
  return call as AnyFunction;
}

/** A function with a text that calls `f`, which carries a rule. */
function around(f: AnyFunction): AnyFunction {
  const params = Array.from({ length: f.length }, (_, i) => `x${i}`).join(", ");
  return new Function("f", `return (${params}) => f(${params});`)(f) as AnyFunction;
}

function bind(variant: Variant, around: Surroundings): Bound {
  const mayChange =
    around.functions.length > 0 || around.values.some((v) => typeof v.value === "object" || v.read !== undefined);
  return { variant, around, call: variant.bind(around.values), mayChange };
}

/** False if what is captured is of other types, or other functions, now; binds anew what has other values. */
function refresh(bound: Bound): boolean {
  const { values, functions } = bound.around;
  for (const { value, read } of functions) if (read() !== value) return false;
  let changed = false;
  for (const v of values) {
    const value = v.read ? v.read() : v.value;
    if (!v.check(value)) return false;
    changed ||= !Object.is(value, v.value);
  }
  if (changed) {
    const now = values.map((v) => ({ ...v, value: v.read ? v.read() : v.value }));
    bound.around = { values: now, functions };
    bound.call = bound.variant.bind(now);
  }
  return true;
}

function accepts({ accepts }: Variant, args: readonly unknown[]): boolean {
  for (let i = 0; i < accepts.length; i++) {
    const check = accepts[i];
    if (check && !check(args[i])) return false;
  }
  return true;
}

/** The arguments of the function itself, among those of its derivative. */
function primalsOf(requests: readonly OperatorRequest[], args: readonly unknown[]): readonly unknown[] {
  let primals = args;
  for (let i = requests.length - 1; i >= 0; i--) {
    const operator = requests[i]?.operator;
    if (operator === "gradInto" || operator === "valueAndGradInto") primals = primals.slice(1);
    else if (operator === "jvp" || operator === "hvp") {
      const [first] = primals;
      if (!Array.isArray(first))
        report("value-not-taken", undefined, `the first argument of \`${operator}\` is no list`);
      primals = first as readonly unknown[];
    }
  }
  return primals;
}

function refuseOverlap(out: unknown, values: readonly BoundValue[]): void {
  const written = memoryOf(out);
  for (const { value } of values) {
    for (const held of memoryOf(value)) {
      if (written.has(held)) report("value-not-taken", undefined, "the result would be written over what is captured");
    }
  }
}

/** A derivative of a running function for arguments of the types of these, with what was compiled. Throws CotangentError. */
export function compileRunning(
  f: AnyFunction,
  requests: readonly OperatorRequest[],
  args: readonly unknown[],
): Compiled {
  const { variant, around, derivative } = compile(
    locate(f, `\`${f.name || "the function"}\``),
    requests,
    args,
    () => false,
  );
  const byKey = new Map(around.values.map(({ key, value }) => [key, value]));
  return {
    derivative,
    call: variant.bind(around.values),
    global: ({ source }) => (source.kind === "import" ? byKey.get(source.exported) : undefined),
  };
}

/** What was compiled for a running function. */
export interface Compiled {
  readonly derivative: Derivative;
  readonly call: Callable;
  /** What the program reads of what is captured. */
  readonly global: (global: Global) => unknown;
}

// ------------------------------------------------------------------------------------------------------ Compilation

const mostAttempts = 50;

interface CompiledVariant {
  readonly variant: Variant;
  readonly around: Surroundings;
  readonly derivative: Derivative;
}

function compile(
  located: Located,
  requests: readonly OperatorRequest[],
  args: readonly unknown[],
  isDerived: IsDerived,
): CompiledVariant {
  for (let attempt = 0; ; attempt++) {
    try {
      return compileOnce(located, requests, args, isDerived);
    } catch (error) {
      if (!(error instanceof ProgramChanged) || attempt > mostAttempts) throw error;
    }
  }
}

function compileOnce(
  located: Located,
  requests: readonly OperatorRequest[],
  args: readonly unknown[],
  isDerived: IsDerived,
): CompiledVariant {
  const { place } = located;
  const { source, position } = place;
  addText(source, source);
  const values = valueTypes(args, place);
  let environment = new Environment(located, (text) => addText(source, text), isDerived);
  const live = {
    get entry() {
      // Each attempt at lowering begins by asking for this.
      environment = new Environment(located, (text) => addText(source, text), isDerived);
      return environment.entry;
    },
    module: (file: string) => environment.module(file),
    isScript: (file: string) => environment.isScript(file),
  };
  const target = {
    file: source.file,
    name: "f",
    position,
    running: { values, live },
  };
  const derivative = programOf(source).derive(target, requests);
  const { text, name, declared, map } = derivative;
  const make = evaluateWith(text, liveModule, map);
  const types = values;
  return {
    variant: {
      place,
      accepts: declared.map((isDeclared, i) => (isDeclared ? undefined : checkFor(types[i]))),
      looks: environment.looks,
      bind: (bound) => {
        const byKey = new Map(bound.map((b) => [b.key, b.value]));
        return make((key) => byKey.get(key)).get(name) as Callable;
      },
    },
    around: environment.surroundings,
    derivative,
  };
}

/** The types of the arguments. What is wrong with one is said of the function, whose call it is. */
function valueTypes(args: readonly unknown[], { source, fn }: Place): ValueTypes {
  try {
    return args.slice(0, fn.parameters).map((value, i) => typeOfValue(value, `argument ${i}`));
  } catch (error) {
    if (!(error instanceof CotangentError)) throw error;
    const { code, message, reason, remedy } = error;
    rememberText(source.file, source.text);
    const span = { file: source.file, start: fn.start, end: fn.end };
    throw new CotangentError({ code, message, reason, remedy, span });
  }
}
