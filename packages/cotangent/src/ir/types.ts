/**
 * The whole language on two screens: a typed, structured program in SSA form with regions.
 *
 * Scalars are immutable values, each defined once. Arrays and records are references to memory, read and written by
 * explicit loads and stores; references are assumed to alias unless `analysis/points-to` disproves it. Control is `if`,
 * counted `for` and `while`, all yielding values; early exits have been normalised away by the front end. All data here
 * is immutable: a pass builds a new function. `ir/build` is the only constructor, `ir/verify` states the invariants.
 */
import type { Primitive } from "../core/primitive.ts";
import type { OutsideKind } from "../runtime/shape.ts";

// ---------------------------------------------------------------------------------------------------------- Types

export type Type =
  | { readonly kind: "number" } // f64
  | { readonly kind: "boolean" }
  | { readonly kind: "string" } // carried, compared and printed; never active
  | { readonly kind: "undefined" } // the unit type: a missing value
  | { readonly kind: "optional"; readonly of: Type; readonly absent: Absent } // `of` or a missing value
  | ArrayType
  | { readonly kind: "record"; readonly decl: RecordDecl }
  | { readonly kind: "function"; readonly params: readonly Type[]; readonly results: readonly Type[] }
  | TapeType
  | { readonly kind: "snapshot" }; // the saved contents of structures, see `snapshot`

/** What a missing value is; `nullish` where it may be either, which nothing but `isNull` tells apart. */
export type Absent = "undefined" | "null" | "nullish";

/** A growable JavaScript array of any element type, or a typed array, whose elements are numbers. */
export interface ArrayType {
  readonly kind: "array";
  readonly element: Type;
  readonly storage: Storage;
}
export type Storage = "Array" | FloatStorage | IntegerStorage;
type FloatStorage = "Float64Array" | "Float32Array";
type IntegerStorage =
  | "Int8Array"
  | "Uint8Array"
  | "Uint8ClampedArray"
  | "Int16Array"
  | "Uint16Array"
  | "Int32Array"
  | "Uint32Array";

/** A stack that a reverse sweep reads back: growable, last in first out, one per kind of element. */
interface TapeType {
  readonly kind: "tape";
  readonly element: Type;
}

/**
 * The layout of a record. Two records have the same type if they have the same decl or the same fields; a recursive
 * type is the same only as itself, so `fields` may be filled in after creation. A tuple of mixed types is a record with
 * fields "0", "1", …; a tuple of one type is an array.
 */
export interface RecordDecl {
  readonly name: string;
  readonly isTuple: boolean;
  /** Set where the type is the same as those of this name only, whatever the fields: fields may then be added later. */
  readonly nominal?: string;
  /** Set where code outside knows the record as something else, into which it is made at the border (`ir/border.ts`). */
  readonly outside?: OutsideKind;
  readonly fields: readonly RecordField[];
}
export interface RecordField {
  readonly name: string;
  readonly type: Type;
  /**
   * Of a record that stands for several kinds of object: some have no such property. In values the type is optional, and
   * where it is missing, objects are made without the property. In a shadow, number fields that are not there read as 0,
   * and adding to them does nothing.
   */
  readonly variant?: boolean;
}

// --------------------------------------------------------------------------------------------------------- Values

/** A value, defined once: as a block's parameter or as an instruction's result. Compared by identity. */
export interface Value {
  readonly id: number;
  readonly type: Type;
  /** The user's name for it, or a name derived from one: read only by printers. */
  readonly hint: string | undefined;
}

/** Where an instruction comes from: offsets into the text of a file. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

// --------------------------------------------------------------------------------------------------- Instructions

/**
 * One instruction. `results` has one value unless said otherwise. An instruction that reads or writes memory says so in
 * `analysis/effects`, and nowhere else.
 */
export type Instr = { readonly results: readonly Value[]; readonly span: Span | undefined } & (
  | { readonly op: "constant"; readonly value: number | boolean | string | undefined | null }
  /** A placeholder on a path where the value is never read; backends may write anything. */
  | { readonly op: "unset" }
  /** A scalar elemental: pure. (Of a reference, what `hashOf` takes is its identity.) */
  | { readonly op: "apply"; readonly primitive: Primitive; readonly args: readonly Value[] }
  /** String made of pieces, as by a template literal. Inactive. */
  | { readonly op: "text"; readonly parts: readonly Value[] }
  /** A module constant whose value is known only when the program runs. */
  | { readonly op: "global"; readonly global: string }
  // Optional values. `unwrap` of a missing value is not defined (guard it by `present`).
  | { readonly op: "wrap"; readonly value: Value } // a value as what may be missing, or may in another way, too
  | { readonly op: "present"; readonly value: Value }
  | { readonly op: "isNull"; readonly value: Value } // of a value that is missing as `nullish`
  | { readonly op: "unwrap"; readonly value: Value }
  // Memory. The type of the result says what is made.
  | { readonly op: "array"; readonly elements: readonly Value[] }
  /** Zeros, or all `fill`; `holes`: of an `Array`, elements that are missing. */
  | { readonly op: "allocate"; readonly length: Value; readonly fill: Value | undefined; readonly holes?: true }
  | { readonly op: "record"; readonly fields: readonly Value[] } // in the order of the decl
  /** `array.subarray(start, end)`: elements of a typed array, by default to its end, as an array in the same memory. */
  | { readonly op: "view"; readonly array: Value; readonly start: Value; readonly end: Value | undefined }
  | { readonly op: "length"; readonly array: Value }
  /** `array[index]`. A result of optional type is missing past the end; else past the end is not defined (JS: undefined). */
  | { readonly op: "load"; readonly array: Value; readonly index: Value }
  /** `array[index] = value`, index within bounds. No result. */
  | { readonly op: "store"; readonly array: Value; readonly index: Value; readonly value: Value }
  /** `array[index] += value` if there is such an element, else nothing. Number elements only. No result. */
  | { readonly op: "accumulate"; readonly array: Value; readonly index: Value; readonly value: Value }
  | { readonly op: "getField"; readonly record: Value; readonly field: string }
  | { readonly op: "setField"; readonly record: Value; readonly field: string; readonly value: Value }
  | { readonly op: "accumulateField"; readonly record: Value; readonly field: string; readonly value: Value }
  | { readonly op: "push"; readonly array: Value; readonly value: Value } // storage "Array"; no result
  | { readonly op: "pop"; readonly array: Value } // storage "Array", not empty; the removed element
  /** Same object? Compares two references. */
  | { readonly op: "same"; readonly left: Value; readonly right: Value }
  // Whole structures (arrays and records to any depth; the result's type is derived from the operand's).
  /** One shadow per operand, all numbers zero (see `shadowType`). Shared objects get one shadow if `shared`. */
  | { readonly op: "shadow"; readonly of: readonly Value[]; readonly shared: boolean }
  /**
   * Sets every number in a shadow structure to zero. `gaps`: parts of it that no derivative reaches may be unset, and are
   * passed over. No result.
   */
  | { readonly op: "clear"; readonly structure: Value; readonly gaps: boolean }
  /** A deep copy, sharing kept. `detached`: no derivative flows through it. The float storage of arrays may change. */
  | { readonly op: "copy"; readonly structure: Value; readonly detached: boolean }
  /**
   * Adds every number of `source` to its place in `target`, a structure of the same shape. `grown`: arrays on either side
   * may have grown since they were of one length, and parts that no derivative reaches may be unset; what both have is
   * added. No result.
   */
  | { readonly op: "addTo"; readonly target: Value; readonly source: Value; readonly grown: boolean }
  /** Remembers the contents of structures, and puts them back. */
  | { readonly op: "snapshot"; readonly of: readonly Value[] }
  | { readonly op: "reinstate"; readonly snapshot: Value }
  // Tapes.
  | { readonly op: "tape"; readonly pooled: boolean } // an empty tape; `pooled`: taken from a pool, see `release`
  | { readonly op: "grow"; readonly tape: Value; readonly by: Value } // adds unset slots; the index of the first
  | { readonly op: "shrink"; readonly tape: Value; readonly by: Value } // removes slots; the index of the first removed
  | { readonly op: "slots"; readonly tape: Value } // the tape's memory as an array, valid until the next `grow`
  /** Continues reading a tape that others read too: its contents, with a stack pointer of one's own. */
  | { readonly op: "reader"; readonly tape: Value }
  | { readonly op: "release"; readonly tape: Value } // gives a pooled tape back. No result
  // Control.
  | { readonly op: "if"; readonly condition: Value; readonly then: Block; readonly else: Block }
  /**
   * A counted loop: the index is start, start + step, … while it is below `end` (above, for a negative step). `start` is
   * an integral number, `step` a nonzero integer literal, both and `end` fixed on entry. `body` takes the index and the
   * carried values and yields the carried values.
   */
  | {
      readonly op: "for";
      readonly start: Value;
      readonly end: Value;
      readonly step: number;
      readonly inits: readonly Value[];
      readonly body: Block;
    }
  /** `condition` takes the carried values and yields one boolean; `body` takes them and yields the next ones. */
  | { readonly op: "while"; readonly inits: readonly Value[]; readonly condition: Block; readonly body: Block }
  | { readonly op: "call"; readonly callee: string; readonly args: readonly Value[] }
  /** A function value: `callee` with its last parameters bound to `captures`. */
  | { readonly op: "closure"; readonly callee: string; readonly captures: readonly Value[] }
  /**
   * A call into the host, through which no derivative flows: of what the language predefines, spelled `callee`
   * (`console.log`, a check of the runtime; without a result), or of the global `callee` if `imported`, with at most one result. It gets copies of
   * structures, which it must not write, and its result is a copy.
   */
  | {
      readonly op: "host";
      readonly callee: string;
      readonly imported: boolean;
      readonly args: readonly Value[];
    }
);

/** A region: parameters, instructions in order, and how it ends. */
export interface Block {
  readonly params: readonly Value[];
  readonly body: readonly Instr[];
  readonly end: Terminator;
}
export type Terminator =
  | { readonly kind: "yield"; readonly values: readonly Value[] }
  /**
   * Leaves the whole call with an exception, of the class `error` or, for the word "value", with `message` itself; nothing
   * after the enclosing instruction runs.
   */
  | {
      readonly kind: "throw";
      readonly error: string;
      readonly message: Value | undefined;
      readonly span: Span | undefined;
    };

// ------------------------------------------------------------------------------------------------------ Functions

/** `body.params` are the parameters; `body.end` yields the results (in order; a TypeScript result is at most one). */
export interface Func {
  readonly name: string;
  readonly body: Block;
  readonly results: readonly Type[];
  readonly span: Span | undefined;
  /** The position of its last parameter, if that is an array of all arguments that code outside gives from there on. */
  readonly rest?: number;
  /** It writes nothing it is given, known where it was made: a derivative of what does not. */
  readonly keepsGiven?: true;
  /** Its derivatives, where they are given and not made of its body: transforms see a call of it as one operation. */
  readonly rule?: Rule;
}

/**
 * The derivatives of a function that writes nothing it is given and whose result is memory of its own, as names of other
 * functions of the module; one may be made of the other (`api/operators/rules`).
 */
export interface Rule {
  /** The parameters, then the tangent of each that holds numbers -> the results, then the tangents of those that do. */
  readonly tangent?: string;
  /**
   * `forward`: the parameters -> the results, then residuals, memory that nobody else reaches. `back`: the cotangent of
   * each result that holds numbers, then the residuals -> the cotangent of each parameter that holds numbers.
   */
  readonly pullback?: { readonly forward: string; readonly back: string };
  /** What its result solves, of which the others are made. */
  readonly implicit?: ImplicitRule;
  /** Results, by position, whose contents the program puts into the place of a parameter's; made of a copy of it. */
  readonly writes?: readonly number[];
}

/** The result x, a number or an array of numbers, is where something of x and the parameters θ is 0, or least. */
export interface ImplicitRule {
  readonly kind: "root" | "minimum";
  /** (x, θ…) -> what is 0, a number or a Float64Array; or what is least, a number. */
  readonly residual: string;
  /** Solves a linear system: (matrix by rows, right side) -> solution. Where x is an array. */
  readonly solve: string | undefined;
}

/** A module binding that is read and never written by the program. */
export interface Global {
  readonly name: string;
  readonly type: Type;
  /** Its value if it is a self-contained literal, or what makes it, else where to import it from. */
  readonly source:
    | { readonly kind: "literal"; readonly value: unknown }
    /** The result of the function `by` of the module, which has no parameters, and is called once, when the module loads. */
    | { readonly kind: "made"; readonly by: string }
    | {
        readonly kind: "import";
        readonly file: string;
        /** The name that the module exports, and after a dot that of a static member of the class that it is. */
        readonly exported: string;
      };
}

export interface Module {
  readonly functions: ReadonlyMap<string, Func>;
  readonly globals: ReadonlyMap<string, Global>;
}
