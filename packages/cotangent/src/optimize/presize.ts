/**
 * Arrays of numbers that a counted loop fills by one push a turn are made of their length at once, and their elements
 * stored:
 *
 *     ys = array []                               ys = allocate n
 *     for i from 0 to n: push ys, f(i)    =>      for i from 0 to n: store ys, i, f(i)
 *
 * A push says where its element lies only when it runs, so that a reverse sweep has to keep that for each; of a store it
 * knows. Nothing else may see the array before the loop is over, since it has another length meanwhile; nor may the loop
 * throw, which might be long before an array of that length is wanted.
 */
import { effectsOf } from "../analysis/effects.ts";
import { analyzeRanges, type ForInstr } from "../analysis/ranges.ts";
import { emitTrips } from "../analysis/trips.ts";
import { add, sub } from "../elementals/index.ts";
import { BlockBuilder } from "../ir/build.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr, operands, regions, terminatorOperands } from "../ir/visit.ts";

type PushInstr = Extract<Instr, { op: "push" }>;

/** An array that has only been made and pushed to. */
interface Growing {
  readonly array: Value;
  /** What makes it, and pushes its first elements. */
  readonly by: Instr[];
  readonly elements: Value[];
}

/** One that a loop goes on to fill. */
interface Filling extends Growing {
  readonly push: PushInstr;
}

export function presizeArrays(func: Func, module: Module): Func {
  const ranges = analyzeRanges(func);
  const literals = new Map<Value, number>();
  forEachInstr(func.body, (instr) => {
    if (instr.op === "constant" && typeof instr.value === "number")
      literals.set(instr.results[0] as Value, instr.value);
  });
  let found = false;

  const rewrite = (block: Block): Block => {
    const fillings = findFillings(block, module);
    const moved = new Set([...fillings.values()].flatMap((list) => list.flatMap(({ by }) => by)));
    found ||= fillings.size > 0;
    const b = new BlockBuilder(block.params);
    for (const instr of block.body) {
      if (moved.has(instr)) continue;
      b.span = instr.span;
      const filled = instr.op === "for" ? fillings.get(instr) : undefined;
      if (instr.op === "for" && filled) {
        for (const filling of filled) emitAllocation(b, instr, filling);
        b.append({ ...instr, body: rewrite(storing(instr, filled)) });
      } else b.append(mapInstr(instr, (v) => v, rewrite));
    }
    return { params: block.params, body: b.finish([]).body, end: block.end };
  };

  /** The array as it is made before the loop, with the elements that it has by then. */
  const emitAllocation = (b: BlockBuilder, loop: ForInstr, { array, elements, by }: Filling): void => {
    const trips = emitTrips(b, loop, ranges);
    const length = elements.length === 0 ? trips : b.apply(add, [trips, b.constant(elements.length)]);
    b.append({ op: "allocate", length, fill: undefined, results: [array], span: by[0]?.span });
    elements.forEach((element, i) => b.store(array, b.constant(i), element));
  };

  /** The body of the loop with stores in place of the pushes. */
  const storing = (loop: ForInstr, filled: readonly Filling[]): Block => {
    const { body } = loop;
    const index = body.params[0] as Value;
    const b = new BlockBuilder(body.params);
    for (const instr of body.body) {
      b.span = instr.span;
      const filling = filled.find(({ push }) => push === instr);
      if (filling) b.store(filling.array, emitPlace(b, loop, index, filling.elements.length), filling.push.value);
      else b.append(instr);
    }
    return { params: body.params, body: b.finish([]).body, end: body.end };
  };

  /** Where the element of a turn lies, `before` others. */
  const emitPlace = (b: BlockBuilder, { start, step }: ForInstr, index: Value, before: number): Value => {
    const first = literals.get(start);
    if (step > 0 && first !== undefined)
      return before === first ? index : b.apply(add, [index, b.constant(before - first)]);
    const turn = b.apply(sub, step > 0 ? [index, start] : [start, index]);
    return before === 0 ? turn : b.apply(add, [turn, b.constant(before)]);
  };

  const body = rewrite(func.body);
  return found ? { ...func, body } : func;
}

/** The loops of a block that fill arrays which the block has made, and these. */
function findFillings(block: Block, module: Module): ReadonlyMap<ForInstr, readonly Filling[]> {
  const growing = new Map<Value, Growing>();
  const found = new Map<ForInstr, Filling[]>();
  for (const instr of block.body) {
    const mentioned = growing.size === 0 ? new Map<Value, number>() : mentionsOf(instr);
    for (const array of mentioned.keys()) {
      const known = growing.get(array);
      if (!known) continue;
      if (instr.op === "push" && instr.array === array) {
        known.by.push(instr);
        known.elements.push(instr.value);
        continue;
      }
      growing.delete(array);
      const push = instr.op === "for" && mentioned.get(array) === 1 ? pushOfEachTurn(instr, array, module) : undefined;
      if (instr.op === "for" && push) found.set(instr, [...(found.get(instr) ?? []), { ...known, push }]);
    }
    const [array] = instr.results;
    if (instr.op === "array" && array && isListOfNumbers(array))
      growing.set(array, { array, by: [instr], elements: [...instr.elements] });
  }
  return found;
}

function isListOfNumbers({ type }: Value): boolean {
  return type.kind === "array" && type.storage === "Array" && type.element.kind === "number";
}

/** The push by which a loop appends to the array once in each turn. */
function pushOfEachTurn(loop: ForInstr, array: Value, module: Module): PushInstr | undefined {
  if (Math.abs(loop.step) !== 1 || effectsOf(loop, module).throws) return undefined;
  return loop.body.body.find((instr): instr is PushInstr => instr.op === "push" && instr.array === array);
}

/** How often an instruction, with all that is inside, mentions each value. */
function mentionsOf(instr: Instr): ReadonlyMap<Value, number> {
  const counts = new Map<Value, number>();
  const count = (values: readonly Value[]): void => {
    for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
  };
  const visit = (inner: Instr): void => {
    count(operands(inner));
    for (const region of regions(inner)) {
      region.body.forEach(visit);
      count(terminatorOperands(region.end));
    }
  };
  visit(instr);
  return counts;
}
