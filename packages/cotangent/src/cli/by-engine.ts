/**
 * A derivative by an engine that needs the function alone. The function is the user's own, compiled without being
 * differentiated; tangents and cotangents are read by the shape of the values that they belong to.
 */
import { deriveFromRegistered } from "../api/registered.ts";
import type { Mode, Strategy } from "../core/request.ts";
import { copyArguments } from "../core/tree.ts";
import type { Engine } from "../runtime/registry.ts";
import { UsageError } from "./output.ts";
import { readLike } from "./read.ts";

type Callable = (...args: unknown[]) => unknown;

/** What is asked of an engine. */
export interface Asked {
  readonly derivative: "grad" | "jvp" | "vjp" | "jacobian" | "hessian" | "hvp" | "derivative" | "taylor";
  /** Of `derivative` and `taylor`. */
  readonly order?: number | undefined;
  readonly argnums: number | readonly number[];
  readonly seed: unknown;
  readonly mode?: Mode | undefined;
  readonly strategy?: Strategy | undefined;
  readonly checkFinite?: boolean | undefined;
}

/** The sweep that answers by an engine that has both, as far as what is asked says which. */
export function modeOf({ derivative, mode = "auto" }: Asked): "forward" | "reverse" | null {
  switch (derivative) {
    case "grad":
      return mode === "forward" ? "forward" : "reverse";
    case "jacobian":
      return mode === "auto" ? null : mode;
    case "jvp":
    case "derivative":
    case "taylor":
      return "forward";
    case "vjp":
      return "reverse";
    // Products with a Hessian are one sweep over the other.
    case "hessian":
    case "hvp":
      return null;
    default:
      return derivative satisfies never;
  }
}

/** A call that computes value and derivative at arguments of which it owns copies. Throws UsageError, CotangentError. */
export function deriveByEngine(
  engine: Engine,
  f: Callable,
  args: readonly unknown[],
  { derivative, argnums, seed, checkFinite = false, ...choices }: Asked,
): Callable {
  if (checkFinite) throw new UsageError(`--check-finite is not taken by the engine ${engine.name}`);
  const isBare = typeof argnums === "number";
  const positions = isBare ? [argnums] : argnums;
  const selected = positions.map((i) => args[i]);
  const verb = (name: "valueAndGrad" | Exclude<Asked["derivative"], "grad">, by = argnums): Callable => {
    const made = deriveFromRegistered(name, f as never, { argnums: by, engine, ...choices });
    if (!made) throw new UsageError(`the engine ${engine.name} has no ${name}`);
    return made as Callable;
  };
  const withValue =
    (derive: Callable): Callable =>
    (...copies) => [f(...copyArguments(copies)), derive(...copies)];
  const tangents = (): unknown => {
    if (seed === undefined) throw new UsageError("--seed is needed: the tangent, shaped as --argnums selects");
    return readLike(isBare ? [seed] : seed, selected, "--seed");
  };
  switch (derivative) {
    case "grad":
      return verb("valueAndGrad");
    case "jacobian":
    case "hessian":
    case "derivative":
    case "taylor":
      return withValue(verb(derivative));
    case "jvp": {
      const along = tangents();
      const push = verb("jvp", positions);
      return (...copies) => push(copies, along);
    }
    case "hvp": {
      const [along, all] = [tangents() as unknown[], verb("hvp")];
      return withValue((...copies) => all(copies, isBare ? along[0] : along));
    }
    case "vjp": {
      const result = f(...copyArguments(args));
      if (seed === undefined && typeof result !== "number")
        throw new UsageError("--seed is needed: the cotangent, with the structure of the result");
      const cotangent = seed === undefined ? 1 : readLike(seed, result, "--seed");
      const pull = verb("vjp", positions);
      return (...copies) => {
        const [value, pullback] = pull(...copies) as [unknown, Callable];
        const parts = pullback(cotangent) as unknown[];
        return [value, isBare ? parts[0] : parts];
      };
    }
    default:
      return derivative satisfies never;
  }
}
