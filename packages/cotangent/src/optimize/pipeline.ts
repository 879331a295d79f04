/**
 * The order of the passes, as data. Before a transform a program is brought into the form that transforms like: no calls
 * that can be inlined, counted loops, scalars for small objects, nothing computed twice or for nobody. After it, what the
 * transform wrote in its systematic way is cleaned up; calls stay, because they are the structure of the result. Each
 * pass keeps the meaning of the function it is given (Muchnick, Advanced Compiler Design, 11.4).
 */
import { reachableFunctions } from "../analysis/points-to.ts";
import { zeroSignsOf } from "../analysis/zero-signs.ts";
import type { Func, Module } from "../ir/types.ts";
import { countLoops } from "./count-loops.ts";
import { mergeCommon } from "./cse.ts";
import { dropDead } from "./dce.ts";
import { inlineCalls } from "./inline.ts";
import { hoistInvariants } from "./licm.ts";
import { presizeArrays } from "./presize.ts";
import { scalarReplace } from "./scalar-replace.ts";
import { simplify } from "./simplify.ts";
import { unrollLoops } from "./unroll.ts";

/** Before a transform, or after it. */
export type Level = "before" | "after";

/** Rewrites one function of those that `entry` reaches; `module` holds what it calls. */
export type Pass = (func: Func, module: Module, entry: string) => Func;

const simplifyBefore: Pass = (func, module, entry) => simplify(func, "before", zeroSignsOf(module, entry));
const simplifyAfter: Pass = (func, module, entry) => simplify(func, "after", zeroSignsOf(module, entry));

/** The passes of each level, in order. Level "before" inlines calls first. */
export const passes: Readonly<Record<Level, readonly Pass[]>> = {
  before: [
    simplifyBefore,
    mergeCommon,
    countLoops,
    unrollLoops,
    simplifyBefore,
    scalarReplace,
    presizeArrays,
    mergeCommon,
    hoistInvariants,
    dropDead,
  ],
  after: [simplifyAfter, mergeCommon, scalarReplace, hoistInvariants, simplifyAfter, dropDead],
};

/** The module that computes the same from `entry`, with every function that `entry` reaches rewritten. */
export function optimize(module: Module, entry: string, level: Level = "before"): Module {
  const start = level === "before" ? inlineCalls(module, entry) : module;
  return passes[level].reduce((current, pass) => runPass(current, entry, pass), start);
}

function runPass(module: Module, entry: string, pass: Pass): Module {
  const rewritten = reachableFunctions(module, entry).map((func) => [func.name, pass(func, module, entry)] as const);
  return { ...module, functions: new Map([...module.functions, ...rewritten]) };
}
