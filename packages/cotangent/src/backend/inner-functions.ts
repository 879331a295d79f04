/**
 * Recursive functions inside the function that calls them. What a recursive function hands down unchanged at every call
 * (tapes, what a closure of the program captured, the point at which a tangent is taken) need not be handed down: written
 * inside of its caller, the function reads it there. Each parameter less is two words less of the stack at every depth,
 * one where the caller pushes it and one where it is collected for that (Danvy and Schultz, Lambda-dropping, 2000).
 *
 *     function f(x, tape) {                          function g(x) {
 *       …; f(x - 1, tape); …                           const tape = …;
 *     }                                      =>        const f = (x) => { …; f(x - 1); … };
 *     function g(x) { const tape = …; f(x, tape) }     f(x);
 *                                                    }
 */
import type { Block, Func, Instr, Value } from "../ir/types.ts";
import { forEachInstr, regions } from "../ir/visit.ts";

/** Functions that call each other in a circle, and what of their parameters they read in the function around. */
export interface InnerGroup {
  readonly owner: string;
  /** The instruction of the owner before which they are written. */
  readonly before: Instr;
  readonly members: readonly Func[];
  /** For parameters of members that are no longer parameters: the value of the owner that they always are. */
  readonly shared: ReadonlyMap<Value, Value>;
}

/** Who calls whom. */
interface Calls {
  readonly callees: ReadonlyMap<string, ReadonlySet<string>>;
  /** Functions that are used as values, too. */
  readonly values: ReadonlySet<string>;
}

function callsOf(functions: readonly Func[]): Calls {
  const callees = new Map<string, Set<string>>();
  const values = new Set<string>();
  for (const func of functions) {
    const called = new Set<string>();
    forEachInstr(func.body, (instr) => {
      if (instr.op === "call" || instr.op === "closure") called.add(instr.callee);
      if (instr.op === "closure") values.add(instr.callee);
    });
    callees.set(func.name, called);
  }
  return { callees, values };
}

/**
 * Functions that may be running twice at a time, in groups that call each other: the strongly connected components of the
 * call graph (Tarjan, Depth-first search and linear graph algorithms, 1972), with a stack of its own.
 */
export function findRecursive(functions: readonly Func[]): readonly ReadonlySet<string>[] {
  const { callees } = callsOf(functions);
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const groups: Set<string>[] = [];
  const low = (name: string): number => lowest.get(name) as number;
  const enter = (name: string): { readonly name: string; readonly rest: string[] } => {
    lowest.set(name, index.size);
    index.set(name, index.size);
    open.push(name);
    isOpen.add(name);
    return { name, rest: [...(callees.get(name) ?? [])] };
  };
  for (const { name: root } of functions) {
    if (index.has(root)) continue;
    const path = [enter(root)];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.pop();
      if (next !== undefined) {
        if (!index.has(next)) path.push(enter(next));
        else if (isOpen.has(next)) lowest.set(top.name, Math.min(low(top.name), index.get(next) as number));
        continue;
      }
      path.pop();
      const below = path.at(-1);
      if (below) lowest.set(below.name, Math.min(low(below.name), low(top.name)));
      if (low(top.name) !== index.get(top.name)) continue;
      const members = new Set(open.splice(open.lastIndexOf(top.name)));
      for (const name of members) isOpen.delete(name);
      if (members.size > 1 || callees.get(top.name)?.has(top.name)) groups.push(members);
    }
  }
  return groups;
}

/**
 * The groups of `recursive` that are written inside of a function. `fixed` are functions that have a place already: that
 * are exported, or written where their only closure is made.
 */
export function findInner(
  functions: readonly Func[],
  recursive: readonly ReadonlySet<string>[],
  fixed: ReadonlySet<string>,
): readonly InnerGroup[] {
  const { callees, values } = callsOf(functions);
  const all = new Set(recursive.flatMap((group) => [...group]));
  const byName = new Map(functions.map((func) => [func.name, func]));
  const callers = new Map<string, Set<string>>();
  for (const [caller, called] of callees) {
    for (const name of called) {
      const known = callers.get(name);
      if (known) known.add(caller);
      else callers.set(name, new Set([caller]));
    }
  }
  return recursive.flatMap((names): readonly InnerGroup[] => {
    if ([...names].some((name) => fixed.has(name) || values.has(name))) return [];
    const outside = new Set([...names].flatMap((name) => [...(callers.get(name) ?? [])]).filter((c) => !names.has(c)));
    const [only, ...others] = outside;
    // Made again at every depth of its caller, it would cost what it gives.
    if (only === undefined || others.length > 0 || all.has(only)) return [];
    const members = functions.filter(({ name }) => names.has(name));
    const group = within(byName.get(only) as Func, members);
    return group && group.shared.size > 0 ? [group] : [];
  });
}

function within(owner: Func, members: readonly Func[]): InnerGroup | undefined {
  const names = new Map(members.map((func) => [func.name, func]));
  const site = siteOf(owner.body, (callee) => names.has(callee));
  if (!site) return undefined;
  const classes = new Classes();
  const sources = new Map<Value, Set<Value>>();
  const given = (instr: Instr, take: (param: Value, arg: Value) => void): void => {
    const called = instr.op === "call" ? names.get(instr.callee) : undefined;
    if (called && instr.op === "call") called.body.params.forEach((param, i) => take(param, instr.args[i] as Value));
  };
  const changing = new Set<Value>();
  for (const { body } of members) {
    const own = new Set(body.params);
    forEachInstr(body, (instr) =>
      given(instr, (param, arg) => {
        if (own.has(arg)) classes.merge(param, arg);
        else changing.add(param);
      }),
    );
  }
  for (const param of changing) changing.add(classes.find(param));
  forEachInstr(owner.body, (instr) =>
    given(instr, (param, arg) => {
      const root = classes.find(param);
      sources.set(root, (sources.get(root) ?? new Set()).add(arg));
    }),
  );
  const shared = new Map<Value, Value>();
  for (const { body } of members) {
    for (const param of body.params) {
      const root = classes.find(param);
      const [source, ...others] = sources.get(root) ?? [];
      if (!source || others.length > 0 || changing.has(root) || !site.known.has(source)) continue;
      shared.set(param, source);
    }
  }
  return { owner: owner.name, before: site.before, members, shared };
}

/** Parameters that are handed to each other. */
class Classes {
  readonly #parent = new Map<Value, Value>();

  find(v: Value): Value {
    let root = v;
    for (let next = this.#parent.get(root); next; next = this.#parent.get(root)) root = next;
    return root;
  }
  merge(a: Value, b: Value): void {
    const [from, to] = [this.find(a), this.find(b)];
    if (from !== to) this.#parent.set(from, to);
  }
}

interface Site {
  readonly before: Instr;
  /** What has its value there. */
  readonly known: ReadonlySet<Value>;
}

/** The innermost place before every call of one of the functions that is in no loop; undefined without calls. */
function siteOf(body: Block, isMember: (callee: string) => boolean): Site | undefined {
  const calls = new Map<Instr, boolean>();
  const holds = (instr: Instr): boolean => {
    const known = calls.get(instr);
    if (known !== undefined) return known;
    const found =
      instr.op === "call" ? isMember(instr.callee) : regions(instr).some((region) => region.body.some(holds));
    calls.set(instr, found);
    return found;
  };
  const known = new Set<Value>(body.params);
  for (let block = body; ; ) {
    const before = block.body.find(holds);
    if (!before) return undefined;
    for (const instr of block.body.slice(0, block.body.indexOf(before))) for (const v of instr.results) known.add(v);
    const isOnly = block.body.filter(holds).length === 1;
    const [branch, ...others] = regions(before).filter((region) => region.body.some(holds));
    if (before.op !== "if" || !isOnly || !branch || others.length > 0) return { before, known };
    // It may become a conditional, which has no place for functions, unless something in it must be a statement.
    if (before.results.length === 1 && branch.body.every(({ results }) => results.length > 0)) return { before, known };
    for (const v of branch.params) known.add(v);
    block = branch;
  }
}
