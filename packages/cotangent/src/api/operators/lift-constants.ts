/**
 * Constants of modules as parameters. What a pullback reads must be as it was when the forward sweep ran, while the array
 * that a module exports may be changed by whoever holds it in between. So in split motion a function gets the arrays and
 * objects that it reads as further arguments, which are copied with the others (lambda lifting, of globals):
 *
 *     f(x) = w[0] x      becomes      fLifted(x, w) = w[0] x
 */
import { openFunctions } from "../../analysis/points-to.ts";
import { freshValue } from "../../ir/build.ts";
import { isReference } from "../../ir/type.ts";
import type { Block, Func, Global, Instr, Module, Value } from "../../ir/types.ts";
import { cloneBlock, forEachInstr, mapInstr, mapTerminator } from "../../ir/visit.ts";
import { derivedName } from "../../transform/names.ts";

export interface Lifted {
  readonly module: Module;
  /** The function with the constants as its last parameters. */
  readonly func: Func;
  readonly constants: readonly Global[];
}

/** The arrays and objects of modules that generated code imports for `entry`. */
export function constantsRead(module: Module, entry: string): readonly Global[] {
  const names = new Set(openFunctions(module, entry).flatMap((f) => [...globalsIn(f)]));
  return [...module.globals.values()].filter(
    (g) => names.has(g.name) && g.source.kind === "import" && isReference(g.type),
  );
}

function globalsIn(func: Func): ReadonlySet<string> {
  const names = new Set<string>();
  forEachInstr(func.body, (instr) => {
    if (instr.op === "global") names.add(instr.global);
  });
  return names;
}

/** A version of `func` that is given constants, those of `constantsRead` by default; undefined if there are none. */
export function liftConstants(
  module: Module,
  func: Func,
  constants: readonly Global[] = constantsRead(module, func.name),
): Lifted | undefined {
  if (constants.length === 0) return undefined;
  const functions = openFunctions(module, func.name);
  const needs = constantsNeeded(functions, constants);
  const made = new Map(module.functions);
  const names = new Map<string, string>();
  for (const { name } of functions) {
    if (needs.get(name)?.size === 0) continue;
    const lifted = derivedName(made, name, "lifted");
    names.set(name, lifted);
    // Holds the name until the function is made.
    made.set(lifted, func);
  }
  for (const each of functions) {
    const name = names.get(each.name);
    if (name !== undefined) made.set(name, lift(each, name, needs, names));
  }
  const name = names.get(func.name) as string;
  const own = needs.get(func.name) as ReadonlySet<Global>;
  return { module: { ...module, functions: made }, func: made.get(name) as Func, constants: [...own] };
}

/** What each function and those it calls read, in the order of `constants`. */
function constantsNeeded(
  functions: readonly Func[],
  constants: readonly Global[],
): ReadonlyMap<string, ReadonlySet<Global>> {
  const needs = new Map<string, Set<Global>>();
  for (const f of functions) {
    const read = globalsIn(f);
    needs.set(f.name, new Set(constants.filter((g) => read.has(g.name))));
  }
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const f of functions) {
      const own = needs.get(f.name) as Set<Global>;
      forEachInstr(f.body, (instr) => {
        if (instr.op !== "call" && instr.op !== "closure") return;
        for (const g of needs.get(instr.callee) ?? []) {
          isChanged ||= !own.has(g);
          own.add(g);
        }
      });
    }
  }
  return new Map([...needs].map(([name, set]) => [name, new Set(constants.filter((g) => set.has(g)))]));
}

function lift(
  func: Func,
  name: string,
  needs: ReadonlyMap<string, ReadonlySet<Global>>,
  names: ReadonlyMap<string, string>,
): Func {
  const added = new Map<string, Value>();
  for (const g of needs.get(func.name) ?? []) added.set(g.name, freshValue(g.type, g.name));
  const passed = (callee: string): readonly Value[] =>
    [...(needs.get(callee) ?? [])].map((g) => added.get(g.name) as Value);
  const block = (from: Block): Block => {
    const replaced = new Map<Value, Value>();
    const read = (instr: Instr): Value | undefined => (instr.op === "global" ? added.get(instr.global) : undefined);
    forEachInstr(from, (instr) => {
      const value = read(instr);
      if (value) replaced.set(instr.results[0] as Value, value);
    });
    const rewrite = (inner: Block): Block => ({
      params: inner.params,
      body: inner.body
        .filter((instr) => !read(instr))
        .map((instr) => {
          const mapped = mapInstr(instr, (v) => replaced.get(v) ?? v, rewrite);
          const callee = "callee" in mapped ? names.get(mapped.callee) : undefined;
          if (callee === undefined) return mapped;
          if (mapped.op === "call") return { ...mapped, callee, args: [...mapped.args, ...passed(mapped.callee)] };
          if (mapped.op === "closure")
            return { ...mapped, callee, captures: [...mapped.captures, ...passed(mapped.callee)] };
          return mapped;
        }),
      end: mapTerminator(inner.end, (v) => replaced.get(v) ?? v),
    });
    return rewrite(from);
  };
  // Values are defined once in a module.
  const body = block(cloneBlock(func.body));
  return { ...func, name, body: { ...body, params: [...body.params, ...added.values()] } };
}
