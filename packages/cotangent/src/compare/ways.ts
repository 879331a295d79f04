/**
 * The ways to differentiate a function, as a table: the compiler in each mode and with each strategy, and every engine
 * that has a name. A way is tried by being used, and says itself why it does not apply.
 */
import type { OperatorRequest } from "../api/compile.ts";
import { engines, type NamedEngine, type Plain } from "../api/engines.ts";
import { deriveFromRegistered } from "../api/registered.ts";
import { type Strategy, strategies } from "../core/request.ts";
import { overload } from "../overload/engine.ts";
import type { Engine } from "../runtime/registry.ts";

export type Callable = (...args: unknown[]) => unknown;

/** A function, and what compiles it. */
export interface Subject {
  readonly name: string;
  /** The function itself, which may write into its arguments. */
  readonly call: Callable;
  /** Its derivative by the compiler, ready to call. Throws CotangentError. */
  readonly compile: (request: OperatorRequest) => Promise<Plain & { readonly call: Callable }>;
  /** The function with the operators of its program rewritten for overloaded values; missing where nothing rewrites it. */
  readonly overloaded?: () => Promise<Callable>;
}

/** What is compared: a gradient or Jacobian by these arguments. */
export interface Wanted {
  readonly operator: "valueAndGrad" | "jacobian";
  readonly argnums: number | readonly number[];
  readonly args: readonly unknown[];
}

/** The names of a way. */
export interface WayName {
  readonly engine: string;
  readonly mode: "forward" | "reverse" | null;
  readonly strategy: Strategy | null;
}

/** A derivative in one way, ready to be measured. */
export interface Ready {
  /** Gives `[value, derivative]`, or the derivative alone where that is a Jacobian. */
  readonly derive: Callable;
  /** Gives what a pullback keeps alive; missing where there is no reverse sweep. */
  readonly keep?: Callable;
  /** The estimated errors, in the structure of the derivative. */
  readonly errors?: Callable;
  /** The code that was generated, if any. */
  readonly code?: string;
}

/** One way to differentiate. */
export interface Way extends WayName {
  readonly prepare: (subject: Subject, wanted: Wanted) => Promise<Ready>;
}

function bySource(mode: "forward" | "reverse", strategy: Strategy | null): Way {
  return {
    engine: "source",
    mode,
    strategy,
    prepare: async ({ compile }, { operator, argnums }) => {
      const options = { argnums, mode, strategy: strategy ?? undefined };
      const { derivative, call } = await compile({ operator, ...options });
      if (mode === "forward") return { derive: call, code: derivative.text };
      const { call: keep } = await compile({ operator: "vjp", ...options });
      return { derive: call, keep, code: derivative.text };
    },
  };
}

/** What the verb gives for `call` by an engine. */
function verbOf(engine: Engine, call: Callable, { operator, argnums }: Wanted): Callable {
  const made = deriveFromRegistered(operator, call as never, { argnums, engine });
  if (!made) throw new Error(`the engine ${engine.name} has no ${operator}`);
  return made as Callable;
}

function byOverloading(): Way {
  return {
    engine: overload.name,
    mode: null,
    strategy: null,
    prepare: async ({ call, overloaded }, wanted) => ({
      derive: verbOf(overload, overloaded ? await overloaded() : call, wanted),
    }),
  };
}

function byEngine(name: string, named: NamedEngine): Way {
  return {
    engine: name,
    mode: null,
    strategy: null,
    prepare: async ({ compile, call }, wanted) => {
      const { operator, argnums, args } = wanted;
      const verb = (engine: Engine): Callable => verbOf(engine, call, wanted);
      if (named.engine) {
        const { engine, errors } = named;
        return { derive: verb(engine), ...(errors ? { errors: verb(errors) } : {}) };
      }
      const { make, code } = named;
      const plain = await compile({ operator: "value" });
      const written = operator === "valueAndGrad" ? code?.(plain, args, argnums) : undefined;
      return { derive: verb(make(plain)), ...(written === undefined ? {} : { code: written }) };
    },
  };
}

/** All ways, the one that the others are compared with first, as far as it applies. */
export const ways: readonly Way[] = [
  ...strategies.map((strategy) => bySource("reverse", strategy)),
  bySource("forward", null),
  byOverloading(),
  ...Object.entries(engines).map(([name, engine]) => byEngine(name, engine)),
];
