/**
 * Walking and rebuilding IR: the operands and regions of an instruction, and rewriting a block under a substitution.
 * Everything that must know the shape of each instruction, but not its meaning, is here.
 */
import { freshValue } from "./build.ts";
import type { Block, Func, Instr, Module, Span, Terminator, Value } from "./types.ts";

/** The values an instruction reads itself (not those read inside its regions). */
export function operands(instr: Instr): readonly Value[] {
  switch (instr.op) {
    case "constant":
    case "unset":
    case "global":
    case "tape":
      return [];
    case "apply":
    case "call":
    case "host":
      return instr.args;
    case "text":
      return instr.parts;
    case "wrap":
    case "present":
    case "isNull":
    case "unwrap":
      return [instr.value];
    case "array":
      return instr.elements;
    case "allocate":
      return instr.fill ? [instr.length, instr.fill] : [instr.length];
    case "record":
      return instr.fields;
    case "view":
      return instr.end ? [instr.array, instr.start, instr.end] : [instr.array, instr.start];
    case "length":
    case "pop":
      return [instr.array];
    case "load":
      return [instr.array, instr.index];
    case "store":
    case "accumulate":
      return [instr.array, instr.index, instr.value];
    case "getField":
      return [instr.record];
    case "setField":
    case "accumulateField":
      return [instr.record, instr.value];
    case "push":
      return [instr.array, instr.value];
    case "same":
      return [instr.left, instr.right];
    case "shadow":
    case "snapshot":
      return instr.of;
    case "clear":
    case "copy":
      return [instr.structure];
    case "addTo":
      return [instr.target, instr.source];
    case "reinstate":
      return [instr.snapshot];
    case "grow":
    case "shrink":
      return [instr.tape, instr.by];
    case "slots":
    case "reader":
    case "release":
      return [instr.tape];
    case "if":
      return [instr.condition];
    case "for":
      return [instr.start, instr.end, ...instr.inits];
    case "while":
      return instr.inits;
    case "closure":
      return instr.captures;
    default:
      return instr satisfies never;
  }
}

/** The regions of an instruction, in the order in which they first run. */
export function regions(instr: Instr): readonly Block[] {
  switch (instr.op) {
    case "if":
      return [instr.then, instr.else];
    case "for":
      return [instr.body];
    case "while":
      return [instr.condition, instr.body];
    default:
      return [];
  }
}

/** The values a terminator reads. */
export function terminatorOperands(end: Terminator): readonly Value[] {
  return end.kind === "yield" ? end.values : end.message ? [end.message] : [];
}

/**
 * The same instruction reading other values and holding other regions (results unchanged); `instr` itself where they are
 * the same ones, as they are for most instructions in most passes.
 */
export function mapInstr(instr: Instr, value: (v: Value) => Value, block: (b: Block) => Block): Instr {
  const all = (vs: readonly Value[]): readonly Value[] => mapKeeping(vs, value);
  switch (instr.op) {
    case "constant":
    case "unset":
    case "global":
    case "tape":
      return instr;
    case "apply":
    case "call":
    case "host": {
      const args = all(instr.args);
      return args === instr.args ? instr : { ...instr, args };
    }
    case "text": {
      const parts = all(instr.parts);
      return parts === instr.parts ? instr : { ...instr, parts };
    }
    case "wrap":
    case "present":
    case "isNull":
    case "unwrap": {
      const inner = value(instr.value);
      return inner === instr.value ? instr : { ...instr, value: inner };
    }
    case "array": {
      const elements = all(instr.elements);
      return elements === instr.elements ? instr : { ...instr, elements };
    }
    case "allocate":
      return { ...instr, length: value(instr.length), fill: instr.fill && value(instr.fill) };
    case "record": {
      const fields = all(instr.fields);
      return fields === instr.fields ? instr : { ...instr, fields };
    }
    case "view":
      return { ...instr, array: value(instr.array), start: value(instr.start), end: instr.end && value(instr.end) };
    case "length":
    case "pop": {
      const array = value(instr.array);
      return array === instr.array ? instr : { ...instr, array };
    }
    case "load": {
      const [array, index] = [value(instr.array), value(instr.index)];
      return array === instr.array && index === instr.index ? instr : { ...instr, array, index };
    }
    case "store":
    case "accumulate": {
      const [array, index, stored] = [value(instr.array), value(instr.index), value(instr.value)];
      const isSame = array === instr.array && index === instr.index && stored === instr.value;
      return isSame ? instr : { ...instr, array, index, value: stored };
    }
    case "getField": {
      const record = value(instr.record);
      return record === instr.record ? instr : { ...instr, record };
    }
    case "setField":
    case "accumulateField": {
      const [record, stored] = [value(instr.record), value(instr.value)];
      return record === instr.record && stored === instr.value ? instr : { ...instr, record, value: stored };
    }
    case "push": {
      const [array, pushed] = [value(instr.array), value(instr.value)];
      return array === instr.array && pushed === instr.value ? instr : { ...instr, array, value: pushed };
    }
    case "same": {
      const [left, right] = [value(instr.left), value(instr.right)];
      return left === instr.left && right === instr.right ? instr : { ...instr, left, right };
    }
    case "shadow":
    case "snapshot":
      return { ...instr, of: all(instr.of) };
    case "clear":
    case "copy":
      return { ...instr, structure: value(instr.structure) };
    case "addTo":
      return { ...instr, target: value(instr.target), source: value(instr.source) };
    case "reinstate":
      return { ...instr, snapshot: value(instr.snapshot) };
    case "grow":
    case "shrink":
      return { ...instr, tape: value(instr.tape), by: value(instr.by) };
    case "slots":
    case "reader":
    case "release":
      return { ...instr, tape: value(instr.tape) };
    case "if":
      return { ...instr, condition: value(instr.condition), then: block(instr.then), else: block(instr.else) };
    case "for":
      return {
        ...instr,
        start: value(instr.start),
        end: value(instr.end),
        inits: all(instr.inits),
        body: block(instr.body),
      };
    case "while":
      return { ...instr, inits: all(instr.inits), condition: block(instr.condition), body: block(instr.body) };
    case "closure": {
      const captures = all(instr.captures);
      return captures === instr.captures ? instr : { ...instr, captures };
    }
    default:
      return instr satisfies never;
  }
}

/** The values that `map` gives; `values` itself if these are the same. */
function mapKeeping(values: readonly Value[], map: (v: Value) => Value): readonly Value[] {
  let made: Value[] | undefined;
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as Value;
    const by = map(v);
    if (by === v) continue;
    made ??= values.slice();
    made[i] = by;
  }
  return made ?? values;
}

export function mapTerminator(end: Terminator, value: (v: Value) => Value): Terminator {
  if (end.kind === "throw") return { ...end, message: end.message && value(end.message) };
  const values = mapKeeping(end.values, value);
  return values === end.values ? end : { ...end, values };
}

/** A copy of `block` with fresh values throughout; `map` gives replacements for values from outside and collects the new ones. */
export function cloneBlock(block: Block, map: Map<Value, Value> = new Map()): Block {
  const value = (v: Value): Value => map.get(v) ?? v;
  const rename = (v: Value): Value => {
    const made = freshValue(v.type, v.hint);
    map.set(v, made);
    return made;
  };
  const params = block.params.map(rename);
  const body = block.body.map((instr) => {
    const mapped = mapInstr(instr, value, (b) => cloneBlock(b, map));
    return { ...mapped, results: instr.results.map(rename) };
  });
  return { params, body, end: mapTerminator(block.end, value) };
}

/** Calls `visit` on every instruction of `block`, outer before inner, in program order. */
export function forEachInstr(block: Block, visit: (instr: Instr, block: Block) => void): void {
  for (const instr of block.body) {
    visit(instr, block);
    for (const region of regions(instr)) forEachInstr(region, visit);
  }
}

/** The values that `block` reads and does not define, in order of first use. */
export function freeValues(block: Block): Set<Value> {
  const defined = new Set<Value>();
  const free = new Set<Value>();
  const use = (v: Value): void => {
    if (!defined.has(v)) free.add(v);
  };
  const walk = (b: Block): void => {
    for (const p of b.params) defined.add(p);
    for (const instr of b.body) {
      operands(instr).forEach(use);
      regions(instr).forEach(walk);
      for (const r of instr.results) defined.add(r);
    }
    terminatorOperands(b.end).forEach(use);
  };
  walk(block);
  return free;
}

/** `module` with other places for what its code comes from; values stay the same objects. */
export function mapSpans(module: Module, map: (span: Span) => Span): Module {
  const mapBlock = (block: Block): Block => {
    const { end } = block;
    const body = block.body.map((instr) => {
      const mapped = mapInstr(instr, (v) => v, mapBlock);
      return mapped.span ? { ...mapped, span: map(mapped.span) } : mapped;
    });
    return { ...block, body, end: end.kind === "throw" && end.span ? { ...end, span: map(end.span) } : end };
  };
  const functions = [...module.functions].map(([name, func]) => {
    return [name, { ...func, body: mapBlock(func.body), span: func.span && map(func.span) }] as const;
  });
  return { ...module, functions: new Map(functions) };
}

/** The functions that the code of `func` calls, as often as it does. */
export function callsOf(func: Func): readonly string[] {
  const found: string[] = [];
  forEachInstr(func.body, (instr) => {
    if (instr.op === "call") found.push(instr.callee);
  });
  return found;
}
