/**
 * Calls of elementals in flat arrays, evaluated and differentiated: what they take are places of one list of numbers, and
 * what each gives is the next place. A loop goes through them, once for values, once for tangents, backwards for cotangents,
 *
 *     v[i] = φ(v[p], v[q]),        c[p] += c[i] · ∂φ/∂p        (Griewank and Walther, 2.2 and 3.2),
 *
 * and a switch in it has the table's formulas written out for each kind of call. So the engine compiles one function for
 * calls of any number. Where no code may be made from text, kernels of closures take the place of the cases.
 */
import type { Primitive } from "../core/primitive.ts";
import { canGenerate, References, Writer } from "../elementals/formula-text.ts";
import { type KernelOptions, tangentFormula, tangentKernel } from "../elementals/kernels.ts";

/** Calls of a primitive with so many arguments, of which those in `active` have a derivative that may not be 0. */
export interface CallKind {
  readonly primitive: Primitive;
  readonly count: number;
  readonly active: readonly number[];
}

/** Calls in their order. */
export interface Calls {
  readonly kinds: readonly CallKind[];
  /** The kind of each call. */
  readonly kind: Uint16Array;
  /** Where the operands of each call begin in `operands`. */
  readonly first: Int32Array;
  /** Places. */
  readonly operands: Int32Array;
}

/** What can be done with calls of given kinds; the result of call i is at place `base + i`. */
export interface Machine {
  /** Writes the results, truth values as 1 and 0, into `out`, which may be the list of values itself. */
  readonly evaluate: (calls: Calls, values: Float64Array, out: Float64Array, base: number) => void;
  /**
   * Adds to the cotangents of what the calls take, from the last to the first. What no cotangent reaches is passed over,
   * also where its partials are infinite: `reached` is 1 where one has arrived.
   */
  readonly pull: (
    calls: Calls,
    values: Float64Array,
    cotangents: Float64Array,
    reached: Uint8Array,
    base: number,
  ) => void;
  /** The same without passing over anything: exact where no NaN comes of it. */
  readonly pullAll: (calls: Calls, values: Float64Array, cotangents: Float64Array, base: number) => void;
  /** Writes tangents; `moved` is 1 where something has one. */
  readonly push: (calls: Calls, values: Float64Array, tangents: Float64Array, moved: Uint8Array, base: number) => void;
}

/** A machine for calls of these kinds. */
export function makeMachine(kinds: readonly CallKind[], { generate = canGenerate() }: KernelOptions = {}): Machine {
  return generate ? ofText(kinds) : ofClosures(kinds);
}

// ------------------------------------------------------------------------------------------------------------- Text

/** What a case computes with: places `i0`…, values `a0`… and `y`, and `w`, a cotangent or tangent. */
function namesOf(count: number): { readonly places: readonly string[]; readonly values: readonly string[] } {
  const all = Array.from({ length: count }, (_, i) => i);
  return { places: all.map((i) => `i${i}`), values: all.map((i) => `a${i}`) };
}

/** A loop over the calls, forwards or backwards, with a case for each kind that has a text. */
function loop(isBackward: boolean, before: string, cases: readonly string[]): string {
  const head = isBackward
    ? "for (let i = calls.kind.length - 1; i >= 0; i--)"
    : "for (let i = 0, n = calls.kind.length; i < n; i++)";
  return [
    "const { kind, first, operands } = calls;",
    `${head} {`,
    before,
    "const k = first[i];",
    "switch (kind[i]) {",
    ...cases.flatMap((text, k) => (text === "" ? [] : [`case ${k}: {\n${text}\nbreak; }`])),
    "default: break;",
    "}",
    "}",
  ].join("\n");
}

/** `text`, after the declarations of what occurs in it. */
function declared(count: number, text: string, list: string): string {
  const { places, values } = namesOf(count);
  const occurs = (name: string, where: string): boolean => new RegExp(`\\b${name}\\b`).test(where);
  const reads = values.flatMap((a, i) => (occurs(a, text) ? [`const ${a} = ${list}[${places[i]}];`] : []));
  const result = occurs("y", text) ? [`const y = ${list}[base + i];`] : [];
  const rest = [...reads, ...result, text].join("\n");
  const found = places.flatMap((p, i) =>
    occurs(p, rest) ? [`const ${p} = operands[k${i > 0 ? ` + ${i}` : ""}];`] : [],
  );
  return [...found, rest].join("\n");
}

function ofText(kinds: readonly CallKind[]): Machine {
  const references = new References();
  const evaluates = kinds.map(({ primitive, count }) => {
    const writer = new Writer(references);
    const y = writer.apply(primitive, namesOf(count).values);
    return declared(count, [...writer.before, `out[base + i] = ${y};`].join("\n"), "values");
  });
  /** The product of a partial with `w`, and what it needs before it. */
  const product = ({ primitive, count }: CallKind, j: number): readonly [before: string, text: string] => {
    const writer = new Writer(references);
    const text = tangentFormula(primitive, count, [j])(writer, [...namesOf(count).values, "y", "w"]);
    return [writer.before.join("\n"), text];
  };
  const pulls = (mark: (place: string) => string): string[] =>
    kinds.map((kind) => {
      const parts = kind.active.map((j) => {
        const [before, text] = product(kind, j);
        return `{ ${before}\ncotangents[i${j}] += ${text}; ${mark(`i${j}`)} }`;
      });
      return parts.length === 0 ? "" : declared(kind.count, parts.join("\n"), "values");
    });
  const cotangent = "const w = cotangents[base + i];";
  const pushes = kinds.map((kind) => {
    const parts = kind.active.map((j) => {
      const [before, text] = product(kind, j);
      return `if (moved[i${j}] === 1) { const w = tangents[i${j}];\n${before}\nd += ${text}; isMoved = 1; }`;
    });
    if (parts.length === 0) return "";
    const text = ["let d = 0, isMoved = 0;", ...parts, "tangents[base + i] = d; moved[base + i] = isMoved;"];
    return declared(kind.count, text.join("\n"), "values");
  });
  const machine = [
    "return {",
    `evaluate(calls, values, out, base) {\n${loop(false, "", evaluates)}\n},`,
    `pull(calls, values, cotangents, reached, base) {`,
    loop(
      true,
      `if (reached[base + i] === 0) continue;\n${cotangent}`,
      pulls((place) => `reached[${place}] = 1;`),
    ),
    "},",
    "pullAll(calls, values, cotangents, base) {",
    loop(
      true,
      cotangent,
      pulls(() => ""),
    ),
    "},",
    `push(calls, values, tangents, moved, base) {\n${loop(false, "", pushes)}\n},`,
    "};",
  ].join("\n");
  return (references.compile([], machine) as () => Machine)();
}

// --------------------------------------------------------------------------------------------------------- Closures

type Numeric = (...numbers: number[]) => number;

function ofClosures(kinds: readonly CallKind[]): Machine {
  const primals = kinds.map(({ primitive }) => primitive.primal as Numeric);
  /** Of a call's arguments, its result and w: a partial times w, for each active argument. */
  const products = kinds.map(({ primitive, count, active }): readonly Numeric[] =>
    active.map((j) => tangentKernel(primitive, count, [j], { generate: false })),
  );
  const argumentsOf = ({ operands }: Calls, k: number, count: number, values: Float64Array): number[] =>
    Array.from(operands.subarray(k, k + count), (place) => values[place] as number);
  /** Partial `n` of the active ones of call i, times w. */
  const times = (calls: Calls, values: Float64Array, base: number, i: number, n: number, w: number): number => {
    const { operands } = calls;
    const kind = calls.kind[i] as number;
    const k = calls.first[i] as number;
    const { count } = kinds[kind] as CallKind;
    const kernel = (products[kind] as readonly Numeric[])[n] as Numeric;
    const y = values[base + i] as number;
    if (count === 1) return kernel(values[operands[k] as number] as number, y, w);
    if (count > 2) return kernel(...argumentsOf(calls, k, count, values), y, w);
    return kernel(values[operands[k] as number] as number, values[operands[k + 1] as number] as number, y, w);
  };
  const placeOf = ({ kind, first, operands }: Calls, i: number, n: number): number =>
    operands[(first[i] as number) + ((kinds[kind[i] as number] as CallKind).active[n] as number)] as number;
  const pull = (
    calls: Calls,
    values: Float64Array,
    cotangents: Float64Array,
    reached: Uint8Array | undefined,
    base: number,
  ): void => {
    for (let i = calls.kind.length - 1; i >= 0; i--) {
      if (reached?.[base + i] === 0) continue;
      const many = (kinds[calls.kind[i] as number] as CallKind).active.length;
      for (let n = 0; n < many; n++) {
        const place = placeOf(calls, i, n);
        cotangents[place]! += times(calls, values, base, i, n, cotangents[base + i] as number);
        if (reached) reached[place] = 1;
      }
    }
  };
  return {
    evaluate(calls, values, out, base) {
      const { kind, first, operands } = calls;
      for (let i = 0; i < kind.length; i++) {
        const primal = primals[kind[i] as number] as Numeric;
        const { count } = kinds[kind[i] as number] as CallKind;
        const k = first[i] as number;
        const a = values[operands[k] as number] as number;
        // Truth values become 1 and 0 in the list.
        if (count === 1) out[base + i] = primal(a);
        else if (count === 2) out[base + i] = primal(a, values[operands[k + 1] as number] as number);
        else out[base + i] = primal(...argumentsOf(calls, k, count, values));
      }
    },
    pull,
    pullAll: (calls, values, cotangents, base) => pull(calls, values, cotangents, undefined, base),
    push(calls, values, tangents, moved, base) {
      for (let i = 0; i < calls.kind.length; i++) {
        const many = (kinds[calls.kind[i] as number] as CallKind).active.length;
        for (let n = 0; n < many; n++) {
          const place = placeOf(calls, i, n);
          if (moved[place] === 0) continue;
          tangents[base + i]! += times(calls, values, base, i, n, tangents[place] as number);
          moved[base + i] = 1;
        }
      }
    },
  };
}
