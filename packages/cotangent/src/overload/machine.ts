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
import { tangentFormula, tangentKernel } from "../elementals/kernels.ts";

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

/** How calls are run: by code made from text, or by closures. By default as the page allows. */
export interface MachineOptions {
  readonly generate?: boolean | undefined;
}

/** A machine for calls of these kinds. */
export function makeMachine(kinds: readonly CallKind[], { generate = canGenerate() }: MachineOptions = {}): Machine {
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

type Products = readonly ((...numbers: number[]) => number)[];

function ofClosures(kinds: readonly CallKind[]): Machine {
  const primals = kinds.map(({ primitive }) => primitive.primal as (...args: readonly number[]) => number | boolean);
  /** Of a call's arguments, its result and w: a partial times w, for each active argument. */
  const products = kinds.map(
    ({ primitive, count, active }): Products =>
      active.map((j) => tangentKernel(primitive, count, [j], { generate: false })),
  );
  /** A call that is looked at: its arguments and its result stand in `a`, `b` and `y`, or in `all` if it has more. */
  let [a, b, y] = [0, 0, 0];
  let all: number[] = [];
  const look = (calls: Calls, values: Float64Array, base: number, i: number): CallKind => {
    const { first, operands } = calls;
    const kind = kinds[calls.kind[i] as number] as CallKind;
    const k = first[i] as number;
    // Before it is evaluated it has no result, which is not used then.
    y = values[base + i] as number;
    if (kind.count <= 2) {
      a = values[operands[k] as number] as number;
      b = kind.count === 2 ? (values[operands[k + 1] as number] as number) : 0;
    } else all = Array.from(operands.subarray(k, k + kind.count), (place) => values[place] as number);
    return kind;
  };
  /** The product for active argument `n` of the call that is looked at. */
  const times = (count: number, ofKind: Products, n: number, w: number): number => {
    const kernel = ofKind[n] as Products[number];
    if (count === 1) return kernel(a, y, w);
    return count === 2 ? kernel(a, b, y, w) : kernel(...all, y, w);
  };
  const pullBack = (
    calls: Calls,
    values: Float64Array,
    cotangents: Float64Array,
    reached: Uint8Array | undefined,
    base: number,
  ): void => {
    for (let i = calls.kind.length - 1; i >= 0; i--) {
      if (reached?.[base + i] === 0) continue;
      const { active, count } = look(calls, values, base, i);
      const ofKind = products[calls.kind[i] as number] as Products;
      for (let n = 0; n < active.length; n++) {
        const place = calls.operands[(calls.first[i] as number) + (active[n] as number)] as number;
        cotangents[place]! += times(count, ofKind, n, cotangents[base + i] as number);
        if (reached) reached[place] = 1;
      }
    }
  };
  return {
    evaluate(calls, values, out, base) {
      for (let i = 0; i < calls.kind.length; i++) {
        const primal = primals[calls.kind[i] as number] as (typeof primals)[number];
        const { count } = look(calls, values, base, i);
        out[base + i] = Number(count === 1 ? primal(a) : count === 2 ? primal(a, b) : primal(...all));
      }
    },
    pull: pullBack,
    pullAll: (calls, values, cotangents, base) => pullBack(calls, values, cotangents, undefined, base),
    push(calls, values, tangents, moved, base) {
      for (let i = 0; i < calls.kind.length; i++) {
        const { active, count } = look(calls, values, base, i);
        const ofKind = products[calls.kind[i] as number] as Products;
        for (let n = 0; n < active.length; n++) {
          const place = calls.operands[(calls.first[i] as number) + (active[n] as number)] as number;
          if (moved[place] === 0) continue;
          tangents[base + i]! += times(count, ofKind, n, tangents[place] as number);
          moved[base + i] = 1;
        }
      }
    },
  };
}
