/**
 * The words of IR text, and the small grammars that need nothing but words: types and literal values. Line ends count
 * (an operand list ends with its line), `//` begins a comment.
 */
import { typedArrays } from "../runtime/typed-arrays.ts";
import { IrError } from "./build.ts";
import { storages } from "./print-type.ts";
import * as t from "./type.ts";
import type { RecordDecl, RecordField, Type } from "./types.ts";

interface Token {
  readonly kind: "name" | "number" | "string" | "mark" | "end";
  readonly text: string;
  readonly line: number;
}

const pattern =
  /(?<skip>[ \t\r]+|\/\/[^\n]*)|(?<newline>\n)|(?<name>[A-Za-z_$%][\w$]*)|(?<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<string>"(?:[^"\\]|\\.)*")|(?<mark>->|=>|\+=|\.{2,3}|[-(){}[\],:=.|<>@#])/giy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  pattern.lastIndex = 0;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    const groups = pattern.exec(text)?.groups;
    if (!groups) throw new IrError(`line ${line}: no word starts with ${JSON.stringify(text[at])}`);
    if (groups.newline) line++;
    for (const kind of ["name", "number", "string", "mark"] as const) {
      const word = groups[kind];
      if (word !== undefined) tokens.push({ kind, text: word, line });
    }
  }
  tokens.push({ kind: "end", text: "the end", line: line + 1 });
  return tokens;
}

/** A position in IR text. Every method throws `IrError` with the line where the text is not what it reads. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly records = new Map<string, RecordDecl>();

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  /** The token `ahead` places on. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  /** True if the token before this position was the last of its line. */
  get atLineEnd(): boolean {
    return this.peek().line !== this.#tokens[this.#at - 1]?.line;
  }

  /** A place to come back to with `goto`. */
  get position(): number {
    return this.#at;
  }

  goto(position: number): void {
    this.#at = position;
  }

  fail(expected: string): never {
    const { line, text } = this.peek();
    throw new IrError(`line ${line}: expected ${expected}, found ${text}`);
  }

  /** Fails for a reason that is in the word just passed. */
  reject(reason: string): never {
    throw new IrError(`line ${this.#tokens[this.#at - 1]?.line ?? 1}: ${reason}`);
  }

  is(text: string): boolean {
    return this.peek().kind !== "string" && this.peek().text === text;
  }

  /** Passes `text` if it comes next. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(text);
  }

  /** Passes what is between a brace and the one that closes it. */
  skipBraces(): void {
    this.expect("{");
    for (let depth = 1; depth > 0; this.#at++) {
      if (this.is("{")) depth++;
      else if (this.is("}")) depth--;
      else if (this.peek().kind === "end") this.fail("}");
    }
  }

  word(what: string): string {
    const { kind, text } = this.peek();
    if (kind !== "name") this.fail(what);
    this.#at++;
    return text;
  }

  number(): number {
    if (this.accept("NaN")) return Number.NaN;
    if (this.accept("Infinity")) return Number.POSITIVE_INFINITY;
    if (this.accept("-")) {
      this.expect("Infinity");
      return Number.NEGATIVE_INFINITY;
    }
    const { kind, text } = this.peek();
    if (kind !== "number") this.fail("a number");
    this.#at++;
    return Number(text);
  }

  string(): string {
    const { kind, text } = this.peek();
    if (kind !== "string") this.fail("a string");
    this.#at++;
    return JSON.parse(text) as string;
  }

  /** A name with dots, or any name in quotes. */
  dotted(): string {
    if (this.peek().kind === "string") return this.string();
    let name = this.word("a name");
    while (this.accept(".")) name += `.${this.word("a name")}`;
    return name;
  }

  field(): string {
    const { kind } = this.peek();
    if (kind === "string") return this.string();
    return kind === "number" ? String(this.number()) : this.word("a field");
  }

  /** `item, item, …` up to the mark `close`, which is passed. */
  listUntil<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    if (this.accept(close)) return items;
    do items.push(item());
    while (this.accept(","));
    this.expect(close);
    return items;
  }

  // ------------------------------------------------------------------------------------------------------ Types

  type(): Type {
    const type = this.#primaryType();
    if (!this.accept("|")) return type;
    const absent = this.word("undefined, null or nullish");
    if (absent !== "undefined" && absent !== "null" && absent !== "nullish") this.fail("undefined, null or nullish");
    return t.optional(type, absent);
  }

  #primaryType(): Type {
    if (this.accept("[")) {
      const element = this.type();
      this.expect("]");
      return t.array(element);
    }
    if (this.accept("(")) {
      const params = this.listUntil(")", () => this.type());
      const [only] = params;
      if (only && params.length === 1 && !this.is("=>")) return only;
      this.expect("=>");
      this.expect("(");
      return { kind: "function", params, results: this.listUntil(")", () => this.type()) };
    }
    if (this.is("{") || this.is("#")) {
      const isTuple = this.is("#");
      return t.record({ name: "", isTuple, fields: this.layout() });
    }
    const name = this.word("a type");
    const storage = storages.find((s) => s === name);
    if (storage) return t.array(t.number, storage);
    switch (name) {
      case "number":
      case "boolean":
      case "string":
      case "undefined":
      case "snapshot":
        return { kind: name };
      case "tape": {
        this.expect("<");
        const element = this.type();
        this.expect(">");
        return t.tape(element);
      }
      default: {
        const decl = this.records.get(name);
        return decl ? t.record(decl) : this.reject(`no type ${name}`);
      }
    }
  }

  /** `{x: number}` or `#[number, string]`. */
  layout(): RecordField[] {
    if (this.accept("#")) {
      this.expect("[");
      return this.listUntil("]", () => this.type()).map((type, i) => ({ name: String(i), type }));
    }
    this.expect("{");
    return this.listUntil("}", () => {
      const name = this.field();
      const variant = this.accept("?");
      this.expect(":");
      return { name, type: this.type(), ...(variant ? { variant } : {}) };
    });
  }

  // --------------------------------------------------------------------------------------------------- Literals

  /** A constant's value. */
  scalar(): number | boolean | string | undefined | null {
    if (this.accept("true")) return true;
    if (this.accept("false")) return false;
    if (this.accept("undefined")) return undefined;
    if (this.accept("null")) return null;
    return this.peek().kind === "string" ? this.string() : this.number();
  }

  /** A global's value. */
  value(): unknown {
    if (this.accept("[")) return this.listUntil("]", () => this.value());
    if (this.accept("{")) {
      const entries = this.listUntil("}", (): [string, unknown] => {
        const name = this.field();
        this.expect(":");
        return [name, this.value()];
      });
      return Object.fromEntries(entries);
    }
    const storage = storages.find((s) => this.is(s));
    if (!storage) return this.scalar();
    this.expect(storage);
    this.expect("[");
    return typedArrays[storage].from(this.listUntil("]", () => this.number()));
  }
}
