/**
 * Verbs answered from the derivatives that a function carries. What is registered is valueAndGrad, jvp and vjp, each as
 * by default, and all first derivatives are made of them: a gradient by other arguments is a part of the pullback of 1,
 *
 *     grad f = J^T 1,     J v = <grad f, v> for a number,     rows J^T e_i and columns J e_j of a Jacobian,
 *
 * so a function that arrives as a parameter has every verb. Answered is what is exact: the derivative that the compiler
 * would give, up to rounding, by the mode that was asked for, and the caller's arguments as after one plain call. The
 * rest is `undefined`, and then somebody else's.
 */

import { reportAtRunTime } from "../core/report-at-run-time.ts";
import { isScalar } from "../core/scalar.ts";
import { mirror } from "../core/tree.ts";
import { derivativesOf } from "../runtime/registry.ts";
import { checkOut } from "../runtime/written.ts";
import type { Operator } from "./operators/request.ts";
import { type Arrived, checkExact, differentiate } from "./registered-jacobian.ts";
import { type Asked, coversAll, pack, positionsOf, readOptions, select } from "./registered-options.ts";
import { hessian, hvp } from "./registered-second.ts";
import { checkTangent, copyTogether, innerProduct, isComplete, writeInto, zeroTree } from "./registered-structure.ts";
import type { AnyFunction, Argnums } from "./types.ts";

type Callable = (...args: unknown[]) => unknown;
type ValueAndGrad = (...args: unknown[]) => [value: number, gradient: unknown];
type Pullback = (cotangent: unknown) => unknown[];
type Jvp = (primals: unknown[], tangents: unknown) => [value: unknown, tangent: unknown];

/** The derivative that `verb(f, options)` asks for, if `f` carries what it can be made of, or a named engine gives it. */
export function deriveFromRegistered(verb: Operator, f: AnyFunction, options: unknown): AnyFunction | undefined {
  const asked = readOptions(verb, options);
  const known = asked?.engine
    ? asked.engine.derivativesOf(f as Callable, asked.argnums === undefined ? undefined : positionsOf(asked.argnums))
    : derivativesOf(f);
  if (!asked || !known) return undefined;
  const arrived = { name: f.name || "function", known, arity: f.length };
  const made = answer(verb, arrived, asked);
  // What the compiler has made looks at its tangents itself.
  return (made && asked.engine ? withTangentsChecked(verb, made, asked.argnums) : made) as AnyFunction | undefined;
}

/** `derivative`, which takes tangents of the structure of its arguments only. */
function withTangentsChecked(verb: Operator, derivative: Callable, argnums: Argnums | undefined): Callable {
  const check = (primals: unknown, tangents: unknown, selected: Argnums | undefined): void => {
    const of = primals as readonly unknown[];
    if (selected === undefined) checkTangent(of, tangents);
    else if (typeof selected === "number") checkTangent(of[selected], tangents);
    else
      checkTangent(
        selected.map((i) => of[i]),
        tangents,
      );
  };
  // A number selects for `jvp` and `linearize`, too, and leaves their tangents a list.
  const asList = typeof argnums === "number" ? [argnums] : argnums;
  switch (verb) {
    case "jvp":
    case "hvp":
      return (primals, tangents) => {
        check(primals, tangents, verb === "jvp" ? asList : (argnums ?? 0));
        return derivative(primals, tangents);
      };
    case "linearize":
      return (...primals) => {
        // The caller may change the arguments before the pushforward is called.
        const zeros = mirror(primals, () => 0);
        const [value, pushforward] = derivative(...primals) as [unknown, Callable];
        return [
          value,
          (tangents: unknown) => {
            check(zeros, tangents, asList);
            return pushforward(tangents);
          },
        ];
      };
    default:
      return derivative;
  }
}

function answer(verb: Operator, arrived: Arrived, asked: Asked): Callable | undefined {
  const { known } = arrived;
  const isFirst = asked.argnums === undefined || asked.argnums === 0;
  switch (verb) {
    case "value":
      return undefined;
    case "grad": {
      const both = valueAndGrad(arrived, asked);
      return (...args) => both(...args)[1];
    }
    case "valueAndGrad":
      return valueAndGrad(arrived, asked);
    case "gradInto":
      return gradInto(arrived, asked);
    case "valueAndGradInto":
      return valueAndGradInto(arrived, asked);
    case "jvp":
      return jvp(arrived, asked.argnums) as Callable;
    case "vjp":
      return vjp(arrived, asked.argnums);
    case "linearize":
      if (known.linearize) return linearizeBy(known.linearize, arrived, asked.argnums);
      return known.valueAndGrad && linearize(arrived, asked.argnums);
    case "jacobian":
      return (...args) => differentiate(arrived, args, asked).jacobian;
    // Of second derivatives there are those by the first argument, by the mode that the compiler chose, or all.
    case "hessian":
      if (known.hessianProduct) return hessian(arrived, asked.argnums);
      return isFirst && asked.mode === "auto" ? known.hessian : undefined;
    case "hvp":
      if (known.hessianProduct) return hvp(arrived, asked.argnums);
      return isFirst && asked.mode === "auto" ? known.hvp : undefined;
    // What is registered is of first and second order; an engine may go further.
    case "derivative":
    case "taylor":
      return ofOrder(verb, arrived, asked);
    default:
      return verb satisfies never;
  }
}

function checkScalar(value: unknown, { name }: Arrived): asserts value is number {
  if (!isScalar(value)) reportAtRunTime("result-not-scalar", name);
}

function valueAndGrad(arrived: Arrived, asked: Asked): ValueAndGrad {
  const { known, name } = arrived;
  const { argnums = 0, mode } = asked;
  const whole = known.valueAndGrad as ValueAndGrad | undefined;
  if (whole && mode === "auto" && positionsOf(argnums).join() === "0") {
    if (argnums === 0) return whole;
    return (...args) => {
      const [value, gradient] = whole(...args);
      return [value, [gradient]];
    };
  }
  if (mode === "forward") {
    return (...args) => {
      const { value, jacobian } = differentiate(arrived, args, asked);
      checkScalar(value, arrived);
      return [value, jacobian];
    };
  }
  const { gradients } = known;
  if (gradients) {
    return (...args) => {
      const [value, all] = gradients(...args) as [number, unknown[]];
      return [value, pack(select(all, argnums, args, name), argnums)];
    };
  }
  return (...args) => {
    const [value, pullback] = known.vjp(...args) as [unknown, Pullback];
    checkScalar(value, arrived);
    return [value, pack(select(pullback(1), argnums, args, name), argnums)];
  };
}

function gradInto(arrived: Arrived, asked: Asked): Callable {
  const both = valueAndGrad(arrived, asked);
  return (out, ...args) => {
    checkOut(1, out, ...args);
    const [, gradient] = both(...args);
    if (typeof gradient !== "object" || gradient === null) {
      reportAtRunTime("not-taken", `a bare number as \`out\` of gradInto(${arrived.name})`);
    }
    writeInto(out, gradient);
  };
}

function valueAndGradInto(arrived: Arrived, asked: Asked): Callable {
  const both = valueAndGrad(arrived, asked);
  return (out, ...args) => {
    checkOut(1, out, ...args);
    writeInto(out, both(...args));
  };
}

function jvp(arrived: Arrived, argnums: Argnums | undefined): Jvp {
  const { known, name } = arrived;
  const whole = known.jvp as Jvp;
  if (argnums === undefined) return whole;
  if (known.valueAndGrad) {
    const linear = linearize(arrived, argnums);
    return (primals, tangents) => {
      const [value, pushforward] = linear(...primals);
      return [value, pushforward(tangents as unknown[])];
    };
  }
  return (primals, tangents) => {
    const all = zeroTangents(arrived, primals, argnums);
    // What the arguments hold numbers for is seen in the zeros.
    select(all, argnums, primals, name);
    positionsOf(argnums).forEach((i, n) => {
      all[i] = (tangents as unknown[])[n];
    });
    const [value, tangent] = whole(primals, all);
    if (!coversAll(all, argnums)) checkExact("jvp", arrived, value, tangent);
    return [value, tangent];
  };
}

/** Zero tangents for all arguments. */
function zeroTangents({ known, arity }: Arrived, primals: readonly unknown[], argnums: Argnums): unknown[] {
  const selected = positionsOf(argnums);
  const isShort = primals.length < Math.max(arity, ...selected.map((i) => i + 1));
  if (!isShort && primals.every(isComplete)) return mirror(primals, () => 0) as unknown[];
  // Whether a number or a structure is missing shows in a derivative only; which number it is does not matter here.
  const [value, pullback] = known.vjp(...copyTogether(primals)) as [unknown, Pullback];
  return zeroTree(pullback(value));
}

function vjp({ known, name }: Arrived, argnums: Argnums | undefined): Callable {
  if (argnums === undefined) return known.vjp;
  return (...primals) => {
    const [value, pullback] = known.vjp(...primals) as [unknown, Pullback];
    // Whether an argument was given, and no more of it, is kept.
    const given = primals.map((x) => (x ?? null) !== null || undefined);
    return [value, (cotangent: unknown) => [...select(pullback(cotangent), argnums, given, name)]];
  };
}

type Pushforward = (tangents: readonly unknown[]) => number;

/** The gradient, as the map that it is: of a number, nothing else has to be kept. */
function linearize(
  { known, name }: Arrived,
  argnums: Argnums | undefined,
): (...primals: unknown[]) => [value: unknown, pushforward: Pushforward] {
  return (...primals) => {
    const [value, pullback] = known.vjp(...primals) as [unknown, Pullback];
    const back = pullback(1);
    const gradients = argnums === undefined ? back : select(back, argnums, primals, name);
    return [value, (tangents) => gradients.reduce((sum: number, g, n) => sum + innerProduct(g, tangents[n]), 0)];
  };
}

/** The pushforward of an engine, of the tangents that `argnums` selects. */
function linearizeBy(whole: AnyFunction, arrived: Arrived, argnums: Argnums | undefined): Callable {
  const linear = whole as unknown as Callable;
  if (argnums === undefined) return linear;
  return (...primals) => {
    const zeros = mirror(primals, () => 0) as unknown[];
    select(zeros, argnums, primals, arrived.name);
    const [value, pushforward] = linear(...primals) as [unknown, Callable];
    return [
      value,
      (tangents: unknown) => {
        const all = [...zeros];
        positionsOf(argnums).forEach((i, n) => {
          all[i] = (tangents as unknown[])[n];
        });
        return pushforward(all);
      },
    ];
  };
}

/** The highest order taken, as by the compiler. */
const highest = 64;

function ofOrder(verb: "derivative" | "taylor", { known, name }: Arrived, asked: Asked): Callable | undefined {
  const whole = known[verb] as Callable | undefined;
  if (!whole) return undefined;
  const { order, argnums = 0 } = asked;
  if (!Number.isInteger(order) || order < 1 || order > highest)
    reportAtRunTime("argument-out-of-range", `\`${verb}\` takes an order from 1 to ${highest}, not ${order}`);
  return (...args) => {
    select(args, argnums, args, name);
    const [position = 0, ...others] = positionsOf(argnums);
    if (others.length > 0 || !isScalar(args[position]))
      reportAtRunTime("not-taken", `\`${verb}\` of ${name} by something else than one number`);
    return whole(args, position, order);
  };
}
