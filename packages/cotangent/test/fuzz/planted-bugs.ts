/**
 * Bugs that have been made, or might be, in the transforms and what they stand on: each a change of one place. The fuzzer
 * must find every one of them. `from` must stand in the file exactly once, so that a bug does not get lost when code moves.
 */
import type { SourceEdit } from "./bundle.ts";

export interface PlantedBug extends SourceEdit {
  readonly name: string;
}

const adjoint = "transform/reverse/adjoint.ts";
const augment = "transform/reverse/augment.ts";
const residuals = "transform/reverse/residuals.ts";

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "a dropped shadow: rows stored into rows leave the shadow behind",
    file: augment,
    from: "b.store(this.shadow(instr.array), instr.index, this.#held(b, instr.value));",
    to: "",
  },
  {
    name: "a dropped shadow of a field",
    file: augment,
    from: "b.setField(this.shadow(instr.record), instr.field, this.#held(b, instr.value));",
    to: "",
  },
  {
    name: "an aliased argument: one shadow for an array that is read from a list, made anew",
    file: augment,
    from: "b.load(this.shadow(instr.array), instr.index, hint, isPerhaps)",
    to: "b.shadow([result], false, [hint])[0] as Value",
  },
  {
    name: "a missed save: an overwritten element is not put back",
    file: adjoint,
    from: "b.store(this.#need(instr.array), this.#need(instr.index), this.#need(old as Value));",
    to: "",
  },
  {
    name: "a missed save of a field",
    file: adjoint,
    from: "b.setField(this.#need(instr.record), instr.field, this.#need(old as Value));",
    to: "",
  },
  {
    name: "a swapped branch in the mirror",
    file: adjoint,
    from: "      blocks[0],\n      blocks[1],",
    to: "      blocks[1],\n      blocks[0],",
  },
  {
    name: "a branch that forgets the sum from before it",
    file: adjoint,
    from: "if (!contribution) return before ?? inner.constant(0);",
    to: "if (!contribution) return inner.constant(0);",
  },
  {
    name: "a stale tape: slots are read in the order of the forward sweep",
    file: residuals,
    from: "values.forEach((v, j) => scope.set(v, emitKept(b, memory, at, j, v)));",
    to: "values.forEach((v) => scope.set(v, emitKept(b, memory, at, 0, v)));",
  },
  {
    name: "a tape indexed by the loop that forgets the start of the loop",
    file: "transform/reverse/residence.ts",
    from: "const distance = b.apply(sub, step > 0 ? [index, start] : [start, index]);",
    to: "const distance = step > 0 ? index : b.apply(sub, [start, index]);",
  },
  {
    name: "a store that keeps the cotangent of what it replaced",
    file: adjoint,
    from: "if (isReplaced) b.store(shadow, at, b.constant(0));",
    to: "",
  },
  {
    name: "a field that keeps the cotangent of what it replaced",
    file: adjoint,
    from: "if (isReplaced) b.setField(shadow, field, b.constant(0));",
    to: "",
  },
  {
    name: "a dropped accumulate: reading an element overwrites its cotangent",
    file: adjoint,
    from: "if (vBar) b.accumulate(this.#shadow(instr.array) as Value, this.#need(instr.index), vBar);",
    to: "if (vBar) b.store(this.#shadow(instr.array) as Value, this.#need(instr.index), vBar);",
  },
  {
    name: "a dropped accumulate of a field",
    file: adjoint,
    from: "if (vBar) b.accumulateField(this.#shadow(instr.record) as Value, instr.field, vBar);",
    to: "if (vBar) b.setField(this.#shadow(instr.record) as Value, instr.field, vBar);",
  },
  {
    name: "a second pullback that finds the shadow of an array from the first",
    file: adjoint,
    from: "if (this.#context.isSplit) b.store(shadow, at, b.constant(0));",
    to: "",
  },
  {
    name: "a second pullback that finds the shadow of an allocated array from the first",
    file: adjoint,
    from: "    if (this.#context.isSplit) b.clear(shadow);",
    to: "",
  },
  {
    name: "arguments' shadows are not cleared between pullbacks",
    file: "api/operators/pullback.ts",
    from: "for (const s of [...shadows, ...ofResults]) b.clear(s);",
    to: "for (const s of ofResults) b.clear(s);",
  },
  {
    name: "what the pullback reads is the caller's, who may overwrite it",
    file: "api/operators/pullback.ts",
    from: "structures.map((a) => b.copy(a));",
    to: "structures;",
  },
  {
    name: "carried cotangents are not handed on from turn to turn",
    file: adjoint,
    from: "own.add(inner, next, carriedBars[j] as Value, false, chosen[j])",
    to: "own.add(inner, next, inner.constant(j), false, chosen[j])",
  },
  {
    name: "a mirrored loop with one turn too few",
    file: adjoint,
    from: "return { start: b.apply(sub, [count, b.constant(1)]), end: b.constant(-1), step: -1 };",
    to: "return { start: b.apply(sub, [count, b.constant(1)]), end: b.constant(0), step: -1 };",
  },
  {
    name: "a wrong partial: the quotient's by its divisor",
    file: "elementals/arithmetic.ts",
    from: "partials: [(_a, b) => div(1, b), (_a, b, y) => neg(div(y, b))],",
    to: "partials: [(_a, b) => div(1, b), (_a, b, y) => div(y, b)],",
  },
  {
    name: "a wrong partial: tanh",
    file: "elementals/transcendental.ts",
    from: "partial: (_x, y) => sub(1, square(y)),",
    to: "partial: (x) => sub(1, square(x)),",
  },
  {
    name: "forward mode forgets the tangent of what is pushed",
    file: "transform/forward-rules.ts",
    from: "if (s.isActive(instr.array)) for (const v of s.tangents(b, instr.value)) b.push(only(instr.array), v);",
    to: "if (s.isActive(instr.array)) for (const v of s.tangents(b, instr.value)) b.push(only(instr.array), v.type.kind === 'number' ? b.constant(0) : v);",
  },
  {
    name: "activity that does not go through memory",
    file: "analysis/activity.ts",
    from: "if (this.#isDown && this.#set.values.has(value)) this.#set.addCell(cell, name);",
    to: "if (this.#isDown && this.#set.values.has(value) && name !== ELEMENT) this.#set.addCell(cell, name);",
  },
  {
    name: "a filled array whose cotangents are not summed",
    file: adjoint,
    from: "inner.apply(add, [total as Value, inner.load(shadow, i as Value)])",
    to: "inner.load(shadow, i as Value)",
  },
  {
    name: "a call whose argument gets the cotangent of another",
    file: adjoint,
    from: "if (this.#isActive(arg)) bars.add(b, arg, back[j] as Value);",
    to: "if (this.#isActive(arg)) bars.add(b, arg, back[back.length - 1 - j] as Value);",
  },
];
