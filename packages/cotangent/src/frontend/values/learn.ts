/**
 * Types found by trying. Where nothing says what an empty array will hold, or what a recursive call gives, as in
 * JavaScript, a number is assumed, by a type object of its own; where something else meets it, lowering starts over with
 * what was learnt. An assumption that nothing contradicts is what the program does.
 */
import type ts from "typescript";
import { array, number, optional, sameType } from "../../ir/type.ts";
import type { Type } from "../../ir/types.ts";
import type { Session } from "../context.ts";

/** An array literal, the n-th time that it is lowered; or a function, for its result. */
interface Unknown {
  readonly kind: "element" | "result";
  readonly node: ts.Node;
  readonly count: number;
}

/** What one lowering after another learns. */
export class Learning {
  readonly #lessons: { readonly of: Unknown; readonly type: Type }[] = [];
  readonly #guesses = new WeakMap<Type, Unknown>();
  #counts = new Map<ts.Node, number>();

  /** A new attempt begins. */
  restart(): void {
    this.#counts = new Map();
  }
  /** The type of the elements of an array that is made at `node`, where nothing says it. */
  element(node: ts.Node): Type {
    const count = (this.#counts.get(node) ?? 0) + 1;
    this.#counts.set(node, count);
    return this.#type({ kind: "element", node, count });
  }
  /** The type that a recursive call of the function `node` gives. */
  result(node: ts.Node): Type {
    return this.#type({ kind: "result", node, count: 0 });
  }
  guessed(type: Type): Unknown | undefined {
    return this.#guesses.get(type);
  }
  /** Takes `type` for the truth. What was learnt from the assumption that it replaces is learnt anew. */
  add(of: Unknown, type: Type): void {
    for (let i = this.#lessons.length - 1; i >= 0; i--) {
      const { of: earlier, type: learnt } = this.#lessons[i] as { of: Unknown; type: Type };
      if (isSame(earlier, of) || this.#assumes(learnt, of)) this.#lessons.splice(i, 1);
    }
    this.#lessons.push({ of, type });
  }

  #type(of: Unknown): Type {
    const lesson = this.#lessons.find((l) => isSame(l.of, of));
    if (lesson) return lesson.type;
    const guess: Type = { ...number };
    this.#guesses.set(guess, of);
    return guess;
  }
  /** True if part of `type` is what was assumed about `of`. */
  #assumes(type: Type, of: Unknown): boolean {
    const guess = this.#guesses.get(type);
    if (guess) return isSame(guess, of);
    switch (type.kind) {
      case "optional":
        return this.#assumes(type.of, of);
      case "array":
        return this.#assumes(type.element, of);
      case "record":
        return type.decl.fields.some((f) => this.#assumes(f.type, of));
      default:
        return false;
    }
  }
}

function isSame(a: Unknown, b: Unknown): boolean {
  return a.kind === b.kind && a.node === b.node && a.count === b.count;
}

/** Thrown where an assumption turned out to be wrong: lowering starts over. */
export class Lesson extends Error {
  readonly learn: (learning: Learning) => void;
  constructor(of: Unknown, type: Type) {
    super("an assumed type was wrong");
    this.learn = (learning) => learning.add(of, type);
  }
}

/** Throws `Lesson` if the types differ by what was assumed about one of them. */
export function learnFrom(session: Session, a: Type, b: Type): void {
  const { learning } = session;
  if (!learning || sameType(a, b)) return;
  for (const [guess, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const of = learning.guessed(guess);
    if (!of) continue;
    const isMissing = other.kind === "undefined" && of.kind === "element";
    throw new Lesson(of, isMissing ? optional(number) : other);
  }
  if (a.kind === "array" && b.kind === "array") learnFrom(session, a.element, b.element);
  else if (a.kind === "optional") learnFrom(session, a.of, b.kind === "optional" ? b.of : b);
  else if (b.kind === "optional") learnFrom(session, a, b.of);
  else if (a.kind === "record" && b.kind === "record") {
    for (const { name, type } of a.decl.fields) {
      const other = b.decl.fields.find((f) => f.name === name);
      if (other) learnFrom(session, type, other.type);
    }
  }
}

/** The type of an array that is made empty at `node`; undefined where types are not found by trying. */
export function learnedArray(session: Session, node: ts.Node): (Type & { kind: "array" }) | undefined {
  return session.learning && array(session.learning.element(node));
}
