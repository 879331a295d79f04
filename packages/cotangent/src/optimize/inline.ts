/**
 * Inlining: a call is replaced by the body of its callee, arguments for parameters (Muchnick, Advanced Compiler Design,
 * 15.2). Structured regions need no return label: a body is a block, and its yields are the results of the call. Only
 * calls that cannot come back to themselves are inlined, callees first, within limits of size and growth.
 */
import { reachableFunctions } from "../analysis/points-to.ts";
import { freshValue, IrError } from "../ir/build.ts";
import type { Block, Func, Instr, Module, Terminator, Value } from "../ir/types.ts";
import { cloneBlock, forEachInstr, mapInstr, mapTerminator, regions } from "../ir/visit.ts";

export interface InlineLimits {
  /** The largest callee, in instructions, that is copied to several places. */
  readonly callee: number;
  /** A callee of at most this size is always inlined. */
  readonly tiny: number;
  /** How many instructions inlining may add in all. */
  readonly growth: number;
}

const defaultLimits: InlineLimits = { callee: 400, tiny: 12, growth: 20_000 };

function sizeOf(block: Block): number {
  let size = 0;
  forEachInstr(block, () => void size++);
  return size;
}

function calleesOf(func: Func): readonly string[] {
  const names: string[] = [];
  forEachInstr(func.body, (instr) => {
    if (instr.op === "call") names.push(instr.callee);
  });
  return names;
}

/** The functions that may call themselves, by whatever way. */
function collectRecursive(functions: readonly Func[]): ReadonlySet<string> {
  const calls = new Map(functions.map((f) => [f.name, new Set(calleesOf(f))]));
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set(calls.get(from));
    for (const next of seen) for (const further of calls.get(next) ?? []) seen.add(further);
    return seen.has(to);
  };
  return new Set(functions.map((f) => f.name).filter((name) => reaches(name, name)));
}

/** A copy of the body of `callee` on `args`, in which results bear the names that the caller gives them. */
function instantiate(callee: Func, args: readonly Value[], hints: readonly (string | undefined)[]): Block {
  const { body } = callee;
  if (body.params.length !== args.length) {
    throw new IrError(`call of ${callee.name}: ${args.length} arguments for ${body.params.length} parameters`);
  }
  const map = new Map(body.params.map((p, i) => [p, args[i] as Value]));
  const copy = cloneBlock({ ...body, params: [] }, map);
  if (copy.end.kind === "throw") return copy;
  const named = new Map<Value, Value>();
  // What a loop or branch gives keeps the name that its parts have inside.
  const results = new Set(copy.body.flatMap((i) => (regions(i).length > 0 ? [] : i.results)));
  copy.end.values.forEach((v, i) => {
    const hint = hints[i];
    if (hint !== undefined && results.has(v) && !named.has(v)) named.set(v, freshValue(v.type, hint));
  });
  const rename = (v: Value): Value => named.get(v) ?? v;
  const renameBlock = (block: Block): Block => ({
    params: block.params,
    body: block.body.map((i) => ({ ...mapInstr(i, rename, renameBlock), results: i.results.map(rename) })),
    end: mapTerminator(block.end, rename),
  });
  return named.size > 0 ? renameBlock(copy) : copy;
}

/**
 * Rewrites a function with the chosen calls inlined. A callee that always throws ends the block in which it is called;
 * an `if` both branches of which have come to throw ends its block too, by running its second branch after it.
 */
class Inliner {
  readonly #callee: (name: string) => Func | undefined;
  readonly #replaced = new Map<Value, Value>();

  constructor(callee: (name: string) => Func | undefined) {
    this.#callee = callee;
  }

  #value = (v: Value): Value => this.#replaced.get(v) ?? v;

  block = (block: Block): Block => {
    const body: Instr[] = [];
    for (const instr of block.body) {
      const end = this.#instr(instr, body);
      if (end) return { params: block.params, body, end };
    }
    return { params: block.params, body, end: mapTerminator(block.end, this.#value) };
  };

  /** Appends what becomes of `instr` to `body`; gives the end of the block if it surely throws. */
  #instr(instr: Instr, body: Instr[]): Terminator | undefined {
    const callee = instr.op === "call" ? this.#callee(instr.callee) : undefined;
    if (instr.op === "call" && callee) {
      const hints = instr.results.map((r) => r.hint);
      const copy = instantiate(callee, instr.args.map(this.#value), hints);
      body.push(...copy.body);
      const { end } = copy;
      if (end.kind === "throw") return end;
      for (const [i, r] of instr.results.entries()) this.#replaced.set(r, end.values[i] as Value);
      return undefined;
    }
    const mapped = mapInstr(instr, this.#value, this.block);
    if (
      mapped.op === "if" &&
      mapped.results.length > 0 &&
      mapped.then.end.kind === "throw" &&
      mapped.else.end.kind === "throw"
    ) {
      body.push({ ...mapped, results: [], else: { params: [], body: [], end: { kind: "yield", values: [] } } });
      body.push(...mapped.else.body);
      return mapped.else.end;
    }
    body.push(mapped);
    return undefined;
  }
}

/** Inlines calls in everything that `entry` reaches, and leaves out of the module what it then reaches no more. */
export function inlineCalls(module: Module, entry: string, limits: InlineLimits = defaultLimits): Module {
  const functions = reachableFunctions(module, entry);
  const recursive = collectRecursive(functions);
  const sites = new Map<string, number>();
  for (const f of functions) for (const name of calleesOf(f)) sites.set(name, (sites.get(name) ?? 0) + 1);

  const done = new Map<string, Func>();
  let growth = 0;
  const choose = (name: string): Func | undefined => {
    if (recursive.has(name) || name === entry) return undefined;
    const callee = done.get(name);
    // A function with a rule is one operation to the transforms to come.
    if (!callee || callee.rule) return undefined;
    if (sites.get(name) === 1) return callee;
    const size = sizeOf(callee.body);
    if (size > limits.callee || (size > limits.tiny && growth + size > limits.growth)) return undefined;
    growth += size;
    return callee;
  };
  const visit = (name: string): void => {
    const func = module.functions.get(name);
    if (!func || done.has(name)) return;
    // A recursive function stands for itself until it is rewritten; nobody inlines it.
    if (recursive.has(name)) done.set(name, func);
    for (const callee of calleesOf(func)) visit(callee);
    done.set(name, { ...func, body: new Inliner(choose).block(func.body) });
  };
  for (const f of functions) visit(f.name);

  const rewritten: Module = { ...module, functions: new Map([...module.functions, ...done]) };
  const kept = reachableFunctions(rewritten, entry);
  return { ...module, functions: new Map(kept.map((f) => [f.name, f])) };
}
