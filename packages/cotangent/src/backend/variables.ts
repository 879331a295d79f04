/**
 * Which values share a variable. A loop's carried value, what it starts from, what an iteration yields and what the loop
 * gives are four values in SSA form and one `let` in TypeScript; so are an `if`'s result and what its branches yield.
 * They are merged where their lifetimes allow: two values interfere if one is live where the other is defined (Chaitin;
 * for SSA Sreedhar et al., Translating Out of Static Single Assignment Form, 1999). What cannot be merged is copied, and
 * copies that happen together are put in order by `statement`, which breaks cycles (`[a, b] = [b, a]`).
 */
import { typeKey } from "../ir/type.ts";
import type { Block, Func, Instr, Value } from "../ir/types.ts";
import { forEachInstr, terminatorOperands } from "../ir/visit.ts";
import type { Reading } from "./idiom.ts";
import { Bits, Classes } from "./interference.ts";
import type { Placement } from "./placement.ts";
import { makeVariable, type Variable } from "./tree.ts";

export type VariableOf = (value: Value) => Variable;

/** The numbers of the classes that are live. */
type Live = Bits;

/** A value and the one it should share a variable with, in order of importance. */
interface Wish {
  readonly from: Value;
  readonly to: Value;
}

/** The values that must be in variables when `value` is written: itself, or what its expression reads. */
function readsOf(value: Value, placement: Placement, reading: Reading, found: (v: Value) => void): void {
  const made = reading.definition(value);
  if (!made || !placement.isInPlace(made)) {
    found(value);
    return;
  }
  instrReads(made, placement, reading, found);
}

/** What the text of one expression or simple statement reads. */
function instrReads(instr: Instr, placement: Placement, reading: Reading, found: (v: Value) => void): void {
  if (instr.op === "constant" || instr.op === "unset" || instr.op === "global") return;
  for (const v of reading.operands(instr)) readsOf(v, placement, reading, found);
  for (const region of reading.regions(instr)) {
    for (const v of terminatorOperands(region.end)) readsOf(v, placement, reading, found);
  }
}

/** Everything that the regions of a loop read and do not define. */
function freeReads(instr: Instr, placement: Placement, reading: Reading): Set<Value> {
  const defined = new Set<Value>();
  const free = new Set<Value>();
  const use = (v: Value): void => {
    readsOf(v, placement, reading, (r) => {
      if (!defined.has(r)) free.add(r);
    });
  };
  const walk = (block: Block): void => {
    for (const p of block.params) defined.add(p);
    for (const inner of block.body) {
      for (const r of inner.results) defined.add(r);
      if (placement.isSkipped(inner) || placement.isInPlace(inner)) continue;
      reading.operands(inner).forEach(use);
      reading.regions(inner).forEach(walk);
    }
    terminatorOperands(block.end).forEach(use);
  };
  reading.regions(instr).forEach(walk);
  return free;
}

function yielded(block: Block): readonly Value[] {
  return block.end.kind === "yield" ? block.end.values : [];
}

/** The carried parameters of a loop's body. */
export function carriedOf(instr: Extract<Instr, { op: "for" | "while" }>): readonly Value[] {
  return instr.op === "for" ? instr.body.params.slice(1) : instr.body.params;
}

function coalesce(
  func: Func,
  placement: Placement,
  reading: Reading,
  captured: ReadonlySet<Value>,
): { classes: Classes; related: Set<Value> } {
  const classes = new Classes();
  const related = new Set<Value>();
  // What a closure captures belongs to the function around, too.
  const fixed = new Set<Value>(captured);
  const wishes: { readonly yields: Wish[]; readonly branches: Wish[]; readonly inits: Wish[] } = {
    yields: [],
    branches: [],
    inits: [],
  };
  const parameters = new Set(func.body.params);
  const isNamed = (v: Value): boolean => {
    const made = reading.definition(v);
    return !made || !placement.isInPlace(made);
  };

  forEachInstr(func.body, (instr) => {
    if (placement.isSkipped(instr) || placement.isInPlace(instr) || placement.isConditional(instr)) return;
    if (instr.op === "closure") for (const v of instr.captures) fixed.add(v);
    if (instr.op === "for") fixed.add(instr.body.params[0] as Value);
    if (instr.op === "if" && reading.regions(instr).length > 0) {
      instr.results.forEach((result, i) => {
        related.add(result);
        for (const block of [instr.then, instr.else]) {
          const v = yielded(block)[i];
          if (v && isNamed(v)) wishes.branches.push({ from: v, to: result });
        }
      });
    }
    if (instr.op === "for" || instr.op === "while") {
      carriedOf(instr).forEach((param, i) => {
        const result = instr.results[i] as Value;
        for (const v of [param, result]) related.add(v);
        classes.merge(result, param);
        if (instr.op === "while") {
          related.add(instr.condition.params[i] as Value);
          classes.merge(instr.condition.params[i] as Value, param);
        }
        const next = yielded(instr.body)[i];
        if (next && isNamed(next)) wishes.yields.push({ from: next, to: param });
        const init = instr.inits[i] as Value;
        if (isNamed(init)) wishes.inits.push({ from: init, to: param });
      });
    }
  });
  for (const { from } of [...wishes.yields, ...wishes.branches, ...wishes.inits]) related.add(from);

  const add = (live: Live, v: Value): void => {
    readsOf(v, placement, reading, (r) => {
      if (related.has(r)) live.add(classes.number(r));
    });
  };
  const define = (values: readonly Value[], live: Live): void => {
    const own = values.filter((v) => related.has(v));
    const together = new Bits(own.length > 1 ? live : undefined);
    if (own.length > 1) for (const v of own) together.add(classes.number(v));
    for (const v of own) classes.interfere(v, own.length > 1 ? together : live);
  };
  const without = (live: Live, values: readonly Value[]): Live => {
    const left = new Bits(live);
    for (const v of values) if (related.has(v)) left.delete(classes.number(v));
    return left;
  };
  const union = (a: Live, b: Live): Live => {
    const all = new Bits(a);
    all.addAll(b);
    return all;
  };

  /** Live before `block`, given what is live after it; `live` is used up. */
  const walk = (block: Block, after: Live): Live => {
    let live = after;
    for (const v of terminatorOperands(block.end)) add(live, v);
    for (let i = block.body.length - 1; i >= 0; i--) {
      const instr = block.body[i] as Instr;
      if (placement.isSkipped(instr) || placement.isInPlace(instr)) continue;
      live = before(instr, live);
    }
    return live;
  };
  const before = (instr: Instr, live: Live): Live => {
    const regions = placement.isConditional(instr) ? [] : reading.regions(instr);
    if (regions.length === 0) {
      for (const v of instr.results) if (related.has(v)) live.delete(classes.number(v));
      define(instr.results, live);
      instrReads(instr, placement, reading, (r) => {
        if (related.has(r)) live.add(classes.number(r));
      });
      return live;
    }
    const after = without(live, instr.results);
    switch (instr.op) {
      case "if": {
        define(instr.results, after);
        const entry = union(walk(instr.then, new Bits(after)), walk(instr.else, new Bits(after)));
        add(entry, instr.condition);
        return entry;
      }
      case "for": {
        const carried = carriedOf(instr);
        const through = new Bits(after);
        for (const v of freeReads(instr, placement, reading)) add(through, v);
        add(through, instr.end);
        const entry = union(walk(instr.body, new Bits(through)), through);
        add(entry, instr.start);
        const outside = without(entry, instr.body.params);
        define(carried, outside);
        for (const v of instr.inits) add(outside, v);
        return outside;
      }
      case "while": {
        const carried = carriedOf(instr);
        const through = new Bits(after);
        for (const v of freeReads(instr, placement, reading)) add(through, v);
        const body = union(walk(instr.body, new Bits(through)), through);
        for (const r of instr.results) {
          if (related.has(r) && live.has(classes.number(r))) body.add(classes.number(r));
        }
        const entry = union(walk(instr.condition, body), through);
        const outside = without(entry, carried);
        define(carried, outside);
        for (const v of instr.inits) add(outside, v);
        return outside;
      }
      default:
        throw new Error(`${instr.op} has no regions`);
    }
  };
  const entry = walk(func.body, new Bits());
  define(func.body.params, entry);

  for (const { from, to } of [...wishes.yields, ...wishes.branches, ...wishes.inits]) {
    if (classes.find(from) === classes.find(to) || classes.areApart(from, to)) continue;
    if (fixed.has(from) || fixed.has(to)) continue;
    // A parameter keeps its name, and its meaning, unless the user reassigned it.
    if (parameters.has(from) && from.hint !== to.hint) continue;
    if (typeKey(from.type) !== typeKey(to.type)) continue;
    classes.merge(from, to);
  }
  return { classes, related };
}

/** Gives every value of `func` that needs one a variable; `captured` are those that it has already. Settles `placement`: what is better at its region's end moves. */
export function assignVariables(
  func: Func,
  placement: Placement,
  reading: Reading,
  captured: ReadonlyMap<Value, Variable> = new Map(),
): VariableOf {
  const own = new Set(captured.keys());
  let { classes, related } = coalesce(func, placement, reading, own);
  if (placement.movable.size > 0) {
    const targets = new Map<Value, Value>();
    forEachInstr(func.body, (instr) => {
      if (instr.op === "for" || instr.op === "while") {
        yielded(instr.body).forEach((v, i) => {
          targets.set(v, carriedOf(instr)[i] as Value);
        });
      } else if (instr.op === "if") {
        for (const block of [instr.then, instr.else]) {
          yielded(block).forEach((v, i) => {
            targets.set(v, instr.results[i] as Value);
          });
        }
      }
    });
    let moved = false;
    for (const instr of placement.movable) {
      const value = instr.results[0] as Value;
      const target = targets.get(value);
      if (target && classes.find(value) === classes.find(target)) continue;
      placement.putInPlace(instr);
      moved = true;
    }
    if (moved) ({ classes, related } = coalesce(func, placement, reading, own));
  }

  // Of the members' names the one that came first in the program: parameters, then what a loop carries.
  const hints = new Map<Value, string>();
  const suggest = (v: Value): void => {
    const root = classes.find(v);
    if (v.hint !== undefined && !hints.has(root)) hints.set(root, v.hint);
  };
  func.body.params.forEach(suggest);
  const all: Instr[] = [];
  forEachInstr(func.body, (instr) => {
    all.push(instr);
  });
  for (const instr of all) if (instr.op === "for" || instr.op === "while") carriedOf(instr).forEach(suggest);
  for (const instr of all) instr.results.forEach(suggest);

  const variables = new Map<Value, Variable>();
  for (const [value, variable] of captured) variables.set(related.has(value) ? classes.find(value) : value, variable);
  return (value) => {
    const root = related.has(value) ? classes.find(value) : value;
    let variable = variables.get(root);
    if (!variable) {
      variable = makeVariable(root.type, hints.get(root) ?? value.hint);
      variables.set(root, variable);
    }
    return variable;
  };
}
