/**
 * Which values are written where they are used, and which get a variable. A value with one use is written in place if
 * nothing between its definition and its use could change it or see it, and the line stays short; names that the user
 * gave are kept where they carry the reader. Decided in one walk: instructions that may still be written later are held
 * back; what clashes with the next instruction is let go, and keeps its own line at its own place, which is always right.
 */
import type { Primitive } from "../core/primitive.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { regions as rawRegions, terminatorOperands } from "../ir/visit.ts";
import { clash, type Footprint, hasWrites, isSilent, joinFootprints, makeFootprints, nothing } from "./effects.ts";
import { isBroughtIn } from "./globals.ts";
import type { Reading } from "./idiom.ts";

export interface Placement {
  /** The instruction is written where its one result is used (or wherever it is used, if it costs nothing). */
  readonly isInPlace: (instr: Instr) => boolean;
  /** The `if` is an expression: `c ? a : b`, `a && b`, `x ?? y`. */
  readonly isConditional: (instr: Instr) => boolean;
  /** Nobody reads the results, and nothing else happens. */
  readonly isSkipped: (instr: Instr) => boolean;
  readonly isUsed: (value: Value) => boolean;
  /** What an instruction does. */
  readonly footprint: (instr: Instr) => Footprint;
  /** Values that may as well be written at the end of their region; better there if they need a variable of their own. */
  readonly movable: ReadonlySet<Instr>;
  readonly putInPlace: (instr: Instr) => void;
}

interface Use {
  readonly user: Instr | undefined;
  readonly block: Block;
}

interface Held {
  readonly instr: Instr;
  readonly footprint: Footprint;
  /** An estimate of its length as text. */
  readonly width: number;
}

const LINE = 84;
/** A value that the user named is still written in place if it is about as short as a name. */
const SHORT = 14;
const CONDITIONAL = 64;

/** Free in every sense: written at every use. */
function isAtom(instr: Instr, module: Module): boolean {
  return (
    instr.op === "constant" ||
    (instr.op === "global" && !isBroughtIn(module, instr.global)) ||
    instr.op === "unset" ||
    (instr.op === "closure" && instr.captures.length === 0)
  );
}

/** Decides the placement of all values of `func`. */
export function placeValues(
  func: Func,
  module: Module,
  reading: Reading,
  once: (instr: Instr, operand: number) => boolean,
): Placement {
  const footprint = makeFootprints(module, reading);
  const uses = new Map<Value, Use[]>();
  const skipped = new Set<Instr>();
  const parents = new Map<Block, { readonly instr: Instr; readonly block: Block }>();
  const homes = new Map<Instr, Block>();

  const use = (value: Value, user: Instr | undefined, block: Block): void => {
    const list = uses.get(value);
    if (list) list.push({ user, block });
    else uses.set(value, [{ user, block }]);
  };
  const isUsed = (value: Value): boolean => uses.has(value);

  // From the end to the beginning, so that what only a skipped instruction reads is skipped, too.
  const countUses = (block: Block): void => {
    for (const v of terminatorOperands(block.end)) use(v, undefined, block);
    for (const instr of [...block.body].reverse()) {
      homes.set(instr, block);
      if (!instr.results.some(isUsed)) {
        const effects = footprint(instr);
        if (!hasWrites(effects) && !effects.speaks) {
          skipped.add(instr);
          continue;
        }
      }
      for (const region of reading.regions(instr)) {
        parents.set(region, { instr, block });
        countUses(region);
      }
      // The parts of an idiom have no text, but the values made in it may be atoms of its operands.
      if (reading.idiom(instr))
        for (const region of rawRegions(instr)) for (const inner of region.body) homes.set(inner, block);
      for (const v of reading.operands(instr)) use(v, instr, block);
    }
  };
  countUses(func.body);

  const inPlace = new Map<Instr, Held>();
  const conditional = new Set<Instr>();
  const movable = new Set<Instr>();

  const madeBy = (v: Value): Instr | undefined => reading.definition(v);
  const widthOf = (v: Value): number => {
    const made = madeBy(v);
    if (made && isAtom(made, module)) return atomWidth(made);
    const held = made && inPlace.get(made);
    return held ? held.width : (v.hint?.length ?? 2);
  };
  /** Lets values go, widest first, until the line is short enough. */
  const fit = (values: readonly Value[], limit: number): number => {
    let total = values.reduce((sum, v) => sum + widthOf(v), 0);
    if (total <= limit) return total;
    const held = new Set(values.map((v) => inPlace.get(madeBy(v) as Instr)).filter((h) => h !== undefined));
    for (const widest of [...held].sort((a, b) => b.width - a.width)) {
      if (total <= limit || widest.width <= 8) return total;
      inPlace.delete(widest.instr);
      const [value] = widest.instr.results as [Value];
      total += values.filter((v) => v === value).length * (widthOf(value) - widest.width);
    }
    return total;
  };

  /** True if every region between the use and the block of the definition is a branch, which runs at most once. */
  const reachesByBranches = (from: Block, to: Block): boolean => {
    for (let block = from; block !== to; ) {
      const parent = parents.get(block);
      if (parent?.instr.op !== "if") return false;
      block = parent.block;
    }
    return true;
  };

  const wantsName = (instr: Instr, only: Use, width: number): boolean => {
    const hint = instr.results[0]?.hint;
    if (hint === undefined || width <= SHORT) return false;
    switch (instr.op) {
      case "load":
      case "getField":
      case "length":
      case "unwrap":
      case "wrap":
      case "present":
      case "isNull":
        return false;
      case "apply": {
        // An exit code compared with a constant: tests that `exits` looks for.
        const [, against] = instr.args;
        if (instr.primitive.id === "eq" && against && madeBy(against)?.op === "constant") return false;
        break;
      }
      default:
        break;
    }
    // A name adds nothing to a value that is returned or stored at once.
    return (
      only.user !== undefined && !["store", "setField", "accumulate", "accumulateField", "push"].includes(only.user.op)
    );
  };

  /** Handles one block; the result is what it does, if all of it is expressions. */
  const place = (block: Block, isTest = false): Footprint | undefined => {
    /** Held values that something may come in the way of: those that only read, and those that do more. */
    const readers = new Set<Held>();
    const writers = new Set<Held>();
    let allInPlace = true;
    const settle = (h: Held): void => {
      readers.delete(h);
      writers.delete(h);
    };
    const release = (h: Held): void => {
      inPlace.delete(h.instr);
      settle(h);
    };
    for (const instr of block.body) {
      if (skipped.has(instr)) continue;
      const own = footprint(instr);
      const operands = reading.operands(instr);

      // What is evaluated more than once, or at another moment than the rest, is read from a variable.
      operands.forEach((v, i) => {
        const held = inPlace.get(madeBy(v) as Instr);
        if (held && !isOperandInPlace(instr, i, held, own)) release(held);
      });
      const consumed = new Set(operands.map((v) => inPlace.get(madeBy(v) as Instr)));
      const crossed = isSilent(own) ? [] : hasWrites(own) || own.speaks ? [...readers, ...writers] : [...writers];
      for (const h of crossed) {
        if (!inPlace.has(h.instr)) settle(h);
        else if (!consumed.has(h) && clash(h.footprint, own)) release(h);
      }
      const width = fit(operands, LINE) + formWidth(instr);
      let total = own;
      for (const v of operands) {
        const held = inPlace.get(madeBy(v) as Instr);
        if (held) {
          total = joinFootprints(total, held.footprint);
          settle(held);
        }
      }

      const expressible = isExpression(instr) || placeRegions(instr, width);
      const whole = chosen.get(instr) ?? width;
      const only = uses.get(instr.results[0] as Value);
      if (isAtom(instr, module)) continue;
      const unwraps = (instr.op === "wrap" || instr.op === "unwrap") && isNamed(instr.value);
      if (unwraps) {
        inPlace.set(instr, { instr, footprint: nothing, width });
        continue;
      }
      if (!expressible || instr.results.length !== 1 || only?.length !== 1) {
        allInPlace = false;
        continue;
      }
      const [consumer] = only as [Use];
      const near = consumer.block === block;
      const sinks = !near && isSilent(total) && reachesByBranches(consumer.block, block);
      if ((!near && !sinks) || whole > LINE || (!isTest && wantsName(instr, consumer, whole))) {
        allInPlace = false;
        continue;
      }
      const held: Held = { instr, footprint: total, width: whole };
      inPlace.set(instr, held);
      // What neither reads nor changes anything goes anywhere, and needs no watching.
      if (!isSilent(total)) (hasWrites(total) || total.speaks ? writers : readers).add(held);
    }
    fit(terminatorOperands(block.end), LINE + 10);
    if (block.body.some((i) => !skipped.has(i) && !isAtom(i, module) && !inPlace.has(i))) allInPlace = false;
    if (!allInPlace) return undefined;
    return block.body.reduce<Footprint>(
      (sum, i) => (skipped.has(i) ? sum : joinFootprints(sum, footprint(i))),
      nothing,
    );
  };

  /** A value with a variable of its own, or one that is named wherever it is used. */
  const isNamed = (v: Value): boolean => {
    const made = madeBy(v);
    return !made || (!isAtom(made, module) && !inPlace.has(made));
  };

  const isOperandInPlace = (instr: Instr, operand: number, held: Held, own: Footprint): boolean => {
    if (operand === 0 && isContainerUser(instr) && isMaker(held.instr)) return false;
    switch (instr.op) {
      case "for":
        // The end is evaluated before every iteration.
        if (operand !== 1) return true;
        return isSilentOrStable(held, own) && held.width <= 24 && !isConditionalLike(held.instr);
      case "accumulate":
        // `a[i] += v` reads the element before it evaluates v.
        return once(instr, operand) && !hasWrites(held.footprint) && !held.footprint.speaks;
      case "accumulateField":
        return !hasWrites(held.footprint) && !held.footprint.speaks;
      case "closure":
        return false;
      case "apply":
        // `c ? a : b` and `a && b` may leave their later operands out.
        if (operand > 0 && isLazy(instr.primitive) && (hasWrites(held.footprint) || held.footprint.speaks))
          return false;
        return once(instr, operand);
      default:
        return once(instr, operand);
    }
  };
  const isLazy = ({ spelling }: Primitive): boolean =>
    spelling.kind === "conditional" || (spelling.kind === "infix" && /^(&&|\|\|)$/.test(spelling.operator));
  const isSilentOrStable = (held: Held, own: Footprint): boolean =>
    isSilent(held.footprint) || !clash(held.footprint, own);
  const isConditionalLike = (instr: Instr): boolean =>
    isMaker(instr) || instr.op === "call" || (instr.op === "apply" && instr.primitive.cost > 2);

  /** Handles the regions; true if the instruction is an expression with them. */
  const placeRegions = (instr: Instr, testWidth: number): boolean => {
    const regions = reading.regions(instr);
    const placed = regions.map((r) => place(r, instr.op === "while" && r === instr.condition));
    if (reading.idiom(instr)?.kind === "default") {
      conditional.add(instr);
      return true;
    }
    if (instr.op === "if" && instr.results.length === 1 && placed.every((p) => p !== undefined)) {
      const ends = regions.flatMap((r) => (r.end.kind === "yield" ? r.end.values : []));
      const width = testWidth + ends.reduce((sum, v) => sum + widthOf(v) + 3, 0);
      const nested = ends.filter((v) => isNestedConditional(v)).length;
      const throws = regions.some((r) => r.end.kind === "throw");
      if (!throws && nested <= 1 && width <= CONDITIONAL + 16 && isWorthwhile(ends)) {
        conditional.add(instr);
        chosen.set(instr, width);
        return true;
      }
    }
    for (const region of regions) {
      if (instr.op === "while" && region === instr.condition) continue;
      if (region.end.kind !== "yield") continue;
      for (const v of region.end.values) {
        const made = madeBy(v);
        if (made && inPlace.has(made) && homes.get(made) === region) movable.add(made);
      }
    }
    return false;
  };
  const chosen = new Map<Instr, number>();
  const isNestedConditional = (v: Value): boolean => {
    const made = madeBy(v);
    return made?.op === "if" && inPlace.has(made) && v.type.kind !== "boolean";
  };
  /** A placeholder is better left out than written, which takes a statement. */
  const isWorthwhile = (ends: readonly Value[]): boolean => ends.every((v) => madeBy(v)?.op !== "unset");

  place(func.body);
  for (const instr of [...movable]) if (!inPlace.has(instr)) movable.delete(instr);
  for (const instr of movable) inPlace.delete(instr);
  return {
    isInPlace: (instr) => isAtom(instr, module) || inPlace.has(instr),
    isConditional: (instr) => conditional.has(instr),
    isSkipped: (instr) => skipped.has(instr),
    isUsed,
    footprint,
    movable,
    putInPlace: (instr) => {
      inPlace.set(instr, { instr, footprint: nothing, width: 0 });
    },
  };
}

/** True if operand 0 is memory that the instruction reaches into. */
function isContainerUser(instr: Instr): boolean {
  switch (instr.op) {
    case "load":
    case "store":
    case "accumulate":
    case "getField":
    case "setField":
    case "accumulateField":
    case "length":
    case "push":
    case "pop":
    case "clear":
    case "addTo":
      return true;
    default:
      return false;
  }
}

/** True for what makes an object, or chooses one: it needs a name before it is reached into. */
function isMaker(instr: Instr): boolean {
  switch (instr.op) {
    case "array":
    case "record":
    case "allocate":
    case "view":
    case "shadow":
    case "copy":
    case "if":
      return true;
    default:
      return false;
  }
}

function atomWidth(instr: Instr): number {
  if (instr.op === "constant") return String(instr.value).length + (typeof instr.value === "string" ? 2 : 0);
  return instr.op === "global" ? instr.global.length : 4;
}

/** The characters that the instruction adds to its operands, about. */
function formWidth(instr: Instr): number {
  switch (instr.op) {
    case "apply": {
      const { spelling } = instr.primitive;
      if (spelling.kind === "call") return spelling.callee.length + 2 * instr.args.length;
      return spelling.kind === "infix" ? spelling.operator.length + 3 : 3;
    }
    case "call":
      return instr.callee.length + 2 * Math.max(1, instr.args.length);
    case "getField":
      return instr.field.length + 1;
    case "length":
      return 7;
    case "view":
      return 14;
    case "allocate":
    case "shadow":
    case "copy":
      return 20;
    case "array":
      return 2 * instr.elements.length;
    case "record":
      return instr.results[0]?.type.kind === "record"
        ? instr.results[0].type.decl.fields.reduce((sum, f) => sum + f.name.length + 4, 4)
        : 4;
    default:
      return 2;
  }
}

/** True for instructions whose text is one expression. */
function isExpression(instr: Instr): boolean {
  switch (instr.op) {
    case "constant":
    case "unset":
    case "apply":
    case "text":
    case "global":
    case "wrap":
    case "present":
    case "isNull":
    case "unwrap":
    case "array":
    case "allocate":
    case "record":
    case "view":
    case "length":
    case "load":
    case "getField":
    case "pop":
    case "same":
    case "copy":
    case "grow":
    case "shrink":
    case "slots":
      return true;
    case "call":
    case "host":
    case "shadow":
      return instr.results.length === 1;
    // A tape, a snapshot or a function is a thing that a reader wants to see by name.
    case "tape":
    case "closure":
    case "reader":
    case "snapshot":
    case "store":
    case "accumulate":
    case "setField":
    case "accumulateField":
    case "push":
    case "clear":
    case "addTo":
    case "reinstate":
    case "release":
    case "if":
    case "for":
    case "while":
      return false;
    default:
      return instr satisfies never;
  }
}
