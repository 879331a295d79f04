/**
 * Dead code elimination by optimistic marking (Cytron et al., Efficiently Computing Static Single Assignment Form, 7.1):
 * nothing is live until something that is seen from outside needs it. What exceptions, the host, or memory of others
 * show is the root; an instruction that is live makes its operands and the constructs around it live.
 *
 *     live = least set with  roots in live,  x in live => operands(x), enclosing(x) in live
 *
 * A write into an object made here is no root: it waits until something reads the object. So an array that is filled and
 * never read goes, stores and all, and so does a carried value that only feeds itself. A loop whose results nobody reads
 * goes too, even a `while` of which it is not known that it ends.
 */
import { effectsOf } from "../analysis/effects.ts";
import type { Block, Func, Instr, Module, Type, Value } from "../ir/types.ts";
import { operands, regions, terminatorOperands } from "../ir/visit.ts";

type Loop = Extract<Instr, { op: "for" | "while" }>;
type Definition = { readonly instr: Instr; readonly index: number; readonly kind: "result" | "carried" };

/** Removes from `func` what nobody can see: instructions, writes, results of branches, values carried by loops. */
export function dropDead(func: Func, module: Module): Func {
  const live = mark(func, module);
  return { ...func, body: sweep(func.body, live, (values) => values) };
}

interface Live {
  readonly instrs: ReadonlySet<Instr>;
  readonly values: ReadonlySet<Value>;
  readonly isCarried: (loop: Loop, index: number) => boolean;
}

function isLoop(instr: Instr): instr is Loop {
  return instr.op === "for" || instr.op === "while";
}

function carriedParams(loop: Loop): readonly (readonly Value[])[] {
  return loop.op === "for" ? [loop.body.params.slice(1)] : [loop.condition.params, loop.body.params];
}

function mark(func: Func, module: Module): Live {
  const parents = new Map<Instr, Instr | undefined>();
  const definitions = new Map<Value, Definition>();
  const waiting = new Map<Value, Instr[]>();
  const instrs = new Set<Instr>();
  const values = new Set<Value>();
  const carried = new Map<Loop, Set<number>>();
  const pending: (Instr | Value)[] = [];

  const needValue = (v: Value): void => {
    if (values.has(v)) return;
    values.add(v);
    pending.push(v);
  };
  const needInstr = (instr: Instr | undefined): void => {
    if (!instr || instrs.has(instr)) return;
    instrs.add(instr);
    pending.push(instr);
  };
  const needCarried = (loop: Loop, index: number): void => {
    const known = carried.get(loop) ?? new Set();
    carried.set(loop, known);
    if (known.has(index)) return;
    known.add(index);
    needInstr(loop);
    needValue(loop.inits[index] as Value);
    if (loop.body.end.kind === "yield") needValue(loop.body.end.values[index] as Value);
  };

  /** The array whose memory a view shows. */
  const underlying = (array: Value | undefined): Value | undefined => {
    const made = array && definitions.get(array)?.instr;
    return made?.op === "view" ? underlying(made.array) : array;
  };
  /** The object made here that is all that `instr` changes. */
  const changedObject = (instr: Instr): Value | undefined => {
    const target = underlying(targetOf(instr));
    const made = target && definitions.get(target)?.instr;
    // What a structure holds may have come from elsewhere, even if the structure was made here.
    if (!made || isDeep(instr, target.type)) return undefined;
    if (made.op === "slots") return definitions.get(made.tape)?.instr.op === "tape" ? made.tape : undefined;
    switch (made.op) {
      case "array":
      case "allocate":
      case "record":
      case "copy":
      case "tape":
      case "reader":
        return target;
      case "shadow":
        return made.shared ? undefined : target;
      default:
        return undefined;
    }
  };
  const enter = (block: Block, parent: Instr | undefined): void => {
    for (const instr of block.body) {
      parents.set(instr, parent);
      instr.results.forEach((r, index) => void definitions.set(r, { instr, index, kind: "result" }));
      if (isLoop(instr)) {
        for (const params of carriedParams(instr))
          params.forEach((p, index) => void definitions.set(p, { instr, index, kind: "carried" }));
      }
      const inner = regions(instr);
      if (inner.length > 0) {
        for (const region of inner) enter(region, instr);
        continue;
      }
      const { writes, throws, io } = effectsOf(instr, module);
      if (!(writes || throws || io)) continue;
      const object = throws || io ? undefined : changedObject(instr);
      if (!object) {
        needInstr(instr);
        continue;
      }
      const others = waiting.get(object);
      if (others) others.push(instr);
      else waiting.set(object, [instr]);
    }
    if (block.end.kind === "throw") {
      needInstr(parent);
      terminatorOperands(block.end).forEach(needValue);
    }
  };
  enter(func.body, undefined);
  terminatorOperands(func.body.end).forEach(needValue);

  const followInstr = (instr: Instr): void => {
    needInstr(parents.get(instr));
    switch (instr.op) {
      case "if":
        needValue(instr.condition);
        return;
      case "for":
        needValue(instr.start);
        needValue(instr.end);
        return;
      case "while":
        terminatorOperands(instr.condition.end).forEach(needValue);
        return;
      case "shadow":
        if (instr.shared) instr.of.forEach(needValue);
        return;
      default:
        operands(instr).forEach(needValue);
    }
  };
  const followValue = (v: Value): void => {
    for (const write of waiting.get(v) ?? []) needInstr(write);
    const definition = definitions.get(v);
    if (!definition) return;
    const { instr, index } = definition;
    if (isLoop(instr)) {
      needCarried(instr, index);
      return;
    }
    needInstr(instr);
    if (instr.op === "if") {
      for (const { end } of [instr.then, instr.else]) if (end.kind === "yield") needValue(end.values[index] as Value);
    }
    if (instr.op === "shadow") needValue(instr.of[index] as Value);
  };
  for (let next = pending.pop(); next; next = pending.pop()) {
    if ("op" in next) followInstr(next);
    else followValue(next);
  }
  return { instrs, values, isCarried: (loop, index) => carried.get(loop)?.has(index) ?? false };
}

/** The object that `instr` writes to; undefined if there may be several. */
function targetOf(instr: Instr): Value | undefined {
  switch (instr.op) {
    case "store":
    case "accumulate":
    case "push":
    case "pop":
      return instr.array;
    case "setField":
    case "accumulateField":
      return instr.record;
    case "clear":
      return instr.structure;
    case "addTo":
      return instr.target;
    case "grow":
    case "shrink":
    case "release":
      return instr.tape;
    default:
      return undefined;
  }
}

/** True if `instr` also writes to the objects that one of this type refers to. */
function isDeep(instr: Instr, type: Type): boolean {
  if (instr.op !== "clear" && instr.op !== "addTo") return false;
  return type.kind !== "array" || type.element.kind !== "number";
}

type Keep = (values: readonly Value[]) => readonly Value[];

/** The live part of `block`, which yields what `keep` leaves of its values. */
function sweep(block: Block, live: Live, keep: Keep, params: Keep = (values) => values): Block {
  const body: Instr[] = [];
  for (const instr of block.body) if (live.instrs.has(instr)) body.push(sweepInstr(instr, live));
  const { end } = block;
  return { params: params(block.params), body, end: end.kind === "yield" ? { ...end, values: keep(end.values) } : end };
}

const whole: Keep = (values) => values;

function sweepInstr(instr: Instr, live: Live): Instr {
  switch (instr.op) {
    case "if": {
      const keep: Keep = (values) => values.filter((_, i) => live.values.has(instr.results[i] as Value));
      return {
        ...instr,
        results: keep(instr.results),
        then: sweep(instr.then, live, keep),
        else: sweep(instr.else, live, keep),
      };
    }
    case "for": {
      const keep: Keep = (values) => values.filter((_, i) => live.isCarried(instr, i));
      const params: Keep = ([index, ...rest]) => [index as Value, ...keep(rest)];
      return {
        ...instr,
        results: keep(instr.results),
        inits: keep(instr.inits),
        body: sweep(instr.body, live, keep, params),
      };
    }
    case "while": {
      const keep: Keep = (values) => values.filter((_, i) => live.isCarried(instr, i));
      return {
        ...instr,
        results: keep(instr.results),
        inits: keep(instr.inits),
        condition: sweep(instr.condition, live, whole, keep),
        body: sweep(instr.body, live, keep, keep),
      };
    }
    case "shadow": {
      if (instr.shared) return instr;
      const keep: Keep = (values) => values.filter((_, i) => live.values.has(instr.results[i] as Value));
      return { ...instr, results: keep(instr.results), of: keep(instr.of) };
    }
    default:
      return instr;
  }
}
