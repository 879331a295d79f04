/**
 * The text form of IR, for people and for tests: one instruction a line, regions indented, the user's names made unique
 * where two of them are in sight at once. A type is written beside a result where the operands do not tell it.
 *
 *     func f(x: number, n: number) -> number {
 *       %1 = const 0
 *       s = for i from %1 to n step 1 with s = %1 {
 *         t = mul x, i
 *         s1 = add s, t
 *         yield s1
 *       }
 *       return s
 *     }
 *
 * `ir/parse` reads it back: printing what was parsed prints the same.
 */
import { fieldText, identifier, nameText, numbered, TypePrinter, valueText } from "./print-type.ts";
import { sameType } from "./type.ts";
import type { Block, Func, Global, Instr, Module, Span, Terminator, Type, Value } from "./types.ts";
import { regions } from "./visit.ts";

export interface PrintOptions {
  /** Write where each instruction comes from: `@12..20`, offsets into the function's file. */
  readonly spans?: boolean;
}

/** Words that begin an instruction; a primitive of the same name is written `apply name`. */
export const mnemonics: ReadonlySet<string> = new Set<string>([
  ...[
    "const",
    "unset",
    "apply",
    "text",
    "global",
    "wrap",
    "present",
    "isNull",
    "unwrap",
    "array",
    "allocate",
    "record",
    "view",
  ],
  ...["length", "load", "store", "accumulate", "get", "set", "push", "pop", "same", "shadow", "clear", "copy", "addTo"],
  ...["snapshot", "reinstate", "tape", "grow", "shrink", "slots", "reader", "release", "if", "for", "while", "call"],
  ...["closure", "host", "yield", "return", "throw"],
]);

/** The text of a module: its record types, its globals, its functions. */
export function printModule(module: Module, options: PrintOptions = {}): string {
  const types = new TypePrinter();
  const globals = [...module.globals.values()].map((g) => printGlobal(g, types));
  const functions = [...module.functions.values()].map((f) => new FuncPrinter(f, types, options).text());
  const header = [...types.declarations(), ...globals].join("\n");
  return `${[header, ...functions].filter((part) => part !== "").join("\n\n")}\n`;
}

/** The text of one function, after the record types that it mentions. */
export function printFunc(func: Func, options: PrintOptions = {}): string {
  return printModule({ functions: new Map([[func.name, func]]), globals: new Map() }, options);
}

/** The first line of an instruction of `func`, named as `printFunc` names things: for messages. */
export function printInstr(instr: Instr, func: Func): string {
  return new FuncPrinter(func, new TypePrinter(), {}).line(instr);
}

function printGlobal(global: Global, types: TypePrinter): string {
  const { source } = global;
  const head = `global ${nameText(global.name)}: ${types.text(global.type)}`;
  switch (source.kind) {
    case "literal":
      return `${head} = ${valueText(source.value)}`;
    case "made":
      return `${head} by ${nameText(source.by)}`;
    default:
      return `${head} from ${JSON.stringify(source.file)} as ${nameText(source.exported)}`;
  }
}

/** A name for each value of `func`: its hint, numbered where that is in sight already; `%1`, `%2`, … without a hint. */
function nameValues(func: Func): ReadonlyMap<Value, string> {
  const names = new Map<Value, string>();
  let unnamed = 0;
  const define = (value: Value, visible: Set<string>): void => {
    const hint = identifier(value.hint);
    let name = hint || `%${++unnamed}`;
    for (let i = 1; visible.has(name); i++) name = numbered(hint, i);
    visible.add(name);
    names.set(value, name);
  };
  const walk = (block: Block, outside: ReadonlySet<string>): void => {
    const visible = new Set(outside);
    for (const param of block.params) define(param, visible);
    for (const instr of block.body) {
      // Numbers go by the order of the text. Hints after the regions, whose names are out of sight by then.
      for (const result of instr.results) if (!identifier(result.hint)) define(result, visible);
      for (const region of regions(instr)) walk(region, visible);
      for (const result of instr.results) if (identifier(result.hint)) define(result, visible);
    }
  };
  walk(func.body, new Set());
  return names;
}

class FuncPrinter {
  readonly #func: Func;
  readonly #types: TypePrinter;
  readonly #spans: boolean;
  readonly #names: ReadonlyMap<Value, string>;

  constructor(func: Func, types: TypePrinter, options: PrintOptions) {
    this.#func = func;
    this.#types = types;
    this.#spans = options.spans ?? false;
    this.#names = nameValues(func);
  }

  text(): string {
    const { name, body, results, span, rest, rule } = this.#func;
    const params = body.params
      .map((p, i) => `${i === rest ? "..." : ""}${this.#name(p)}: ${this.#types.text(p.type)}`)
      .join(", ");
    const gives = results.length ? ` -> ${results.map((r) => this.#types.text(r)).join(", ")}` : "";
    const from = this.#spans && span ? ` @${JSON.stringify(span.file)}:${span.start}..${span.end}` : "";
    const tangent = rule?.tangent === undefined ? "" : ` tangent ${nameText(rule.tangent)}`;
    const pullback = rule?.pullback
      ? ` pullback ${nameText(rule.pullback.forward)}, ${nameText(rule.pullback.back)}`
      : "";
    const implicit = rule?.implicit
      ? ` ${rule.implicit.kind} ${[rule.implicit.residual, rule.implicit.solve].flatMap((n) => (n === undefined ? [] : [nameText(n)])).join(", ")}`
      : "";
    const writes = rule?.writes ? ` writes ${rule.writes.join(", ")}` : "";
    const head = `func ${nameText(name)}(${params})${gives}${tangent}${pullback}${implicit}${writes}${from} {`;
    const lines = [head, ...this.#block(body, "  ", "return"), "}"];
    return lines.join("\n");
  }

  line(instr: Instr): string {
    return this.#opening(instr);
  }

  #name(value: Value): string {
    // A message about a broken program may have to name a value that nothing defines.
    return this.#names.get(value) ?? `%?${identifier(value.hint)}`;
  }

  #list(values: readonly Value[]): string {
    return values.map((v) => this.#name(v)).join(", ");
  }

  #span(span: Span | undefined): string {
    if (!this.#spans || !span) return "";
    const file = span.file === this.#func.span?.file ? "" : `${JSON.stringify(span.file)}:`;
    return ` @${file}${span.start}..${span.end}`;
  }

  #block(block: Block, indent: string, verb: "return" | "yield"): string[] {
    const lines = block.body.flatMap((instr) => this.#instr(instr, indent));
    const end = this.#end(block.end, verb);
    if (end) lines.push(indent + end);
    return lines;
  }

  #end(end: Terminator, verb: "return" | "yield"): string {
    if (end.kind === "yield") return end.values.length === 0 ? "" : `${verb} ${this.#list(end.values)}`;
    return `throw ${nameText(end.error)}${end.message ? ` ${this.#name(end.message)}` : ""}${this.#span(end.span)}`;
  }

  #instr(instr: Instr, indent: string): string[] {
    const inner = `${indent}  `;
    const lines = [indent + this.#opening(instr)];
    switch (instr.op) {
      case "if":
        lines.push(...this.#block(instr.then, inner, "yield"));
        if (!isEmpty(instr.else)) lines.push(`${indent}} else {`, ...this.#block(instr.else, inner, "yield"));
        lines.push(`${indent}}`);
        break;
      case "for":
        lines.push(...this.#block(instr.body, inner, "yield"), `${indent}}`);
        break;
      case "while":
        lines.push(...this.#block(instr.condition, inner, "yield"));
        lines.push(`${indent}} do ${this.#list(instr.body.params)}`.trimEnd().concat(" {"));
        lines.push(...this.#block(instr.body, inner, "yield"), `${indent}}`);
        break;
      default:
    }
    return lines;
  }

  #opening(instr: Instr): string {
    const results = instr.results.map((r) => this.#name(r) + this.#annotation(instr, r.type)).join(", ");
    const brace = regions(instr).length ? " {" : "";
    return `${results && `${results} = `}${this.#head(instr).trimEnd()}${this.#span(instr.span)}${brace}`;
  }

  /** `: type` where the operands of `instr` do not determine the type of its result. */
  #annotation(instr: Instr, type: Type): string {
    switch (instr.op) {
      case "unset":
      case "wrap":
      case "array":
      case "allocate":
      case "record":
      case "copy":
      case "tape":
      case "closure":
      case "host":
        return `: ${this.#types.text(type)}`;
      case "load": {
        const array = instr.array.type;
        return array.kind === "array" && sameType(array.element, type) ? "" : `: ${this.#types.text(type)}`;
      }
      case "constant":
        return type.kind === "optional" ? `: ${this.#types.text(type)}` : "";
      default:
        return "";
    }
  }

  /** `name = init` for each carried value of a loop. */
  #carried(params: readonly Value[], inits: readonly Value[]): string {
    const bindings = params.map((param, i) => {
      const init = inits[i];
      return `${this.#name(param)} = ${init ? this.#name(init) : "?"}`;
    });
    return bindings.length ? ` with ${bindings.join(", ")}` : "";
  }

  /** The mnemonic and its operands. */
  #head(instr: Instr): string {
    const name = (v: Value): string => this.#name(v);
    const element = (array: Value, index: Value): string => `${name(array)}[${name(index)}]`;
    const field = (record: Value, of: string): string => `${name(record)}.${fieldText(of)}`;
    switch (instr.op) {
      case "constant":
        return `const ${valueText(instr.value)}`;
      case "unset":
        return "unset";
      case "apply": {
        const { id } = instr.primitive;
        return `${mnemonics.has(id) ? `apply ${id}` : id} ${this.#list(instr.args)}`;
      }
      case "text":
        return `text ${this.#list(instr.parts)}`;
      case "global":
        return `global ${nameText(instr.global)}`;
      case "wrap":
      case "present":
      case "isNull":
      case "unwrap":
        return `${instr.op} ${name(instr.value)}`;
      case "array":
        return `array ${this.#list(instr.elements)}`;
      case "allocate":
        return `allocate ${name(instr.length)}${instr.fill ? ` fill ${name(instr.fill)}` : ""}${instr.holes ? " holes" : ""}`;
      case "record":
        return `record ${this.#list(instr.fields)}`;
      case "view":
        return `view ${name(instr.array)} from ${name(instr.start)}${instr.end ? ` to ${name(instr.end)}` : ""}`;
      case "length":
      case "pop":
        return `${instr.op} ${name(instr.array)}`;
      case "load":
        return `load ${element(instr.array, instr.index)}`;
      case "store":
        return `store ${element(instr.array, instr.index)} = ${name(instr.value)}`;
      case "accumulate":
        return `accumulate ${element(instr.array, instr.index)} += ${name(instr.value)}`;
      case "getField":
        return `get ${field(instr.record, instr.field)}`;
      case "setField":
        return `set ${field(instr.record, instr.field)} = ${name(instr.value)}`;
      case "accumulateField":
        return `accumulate ${field(instr.record, instr.field)} += ${name(instr.value)}`;
      case "push":
        return `push ${name(instr.array)}, ${name(instr.value)}`;
      case "same":
        return `same ${name(instr.left)}, ${name(instr.right)}`;
      case "shadow":
        return `shadow${instr.shared ? ".shared" : ""} ${this.#list(instr.of)}`;
      case "clear":
        return `clear${instr.gaps ? ".gaps" : ""} ${name(instr.structure)}`;
      case "copy":
        return `copy${instr.detached ? ".detached" : ""} ${name(instr.structure)}`;
      case "addTo":
        return `addTo${instr.grown ? ".grown" : ""} ${name(instr.target)}, ${name(instr.source)}`;
      case "snapshot":
        return `snapshot ${this.#list(instr.of)}`;
      case "reinstate":
        return `reinstate ${name(instr.snapshot)}`;
      case "tape":
        return instr.pooled ? "tape.pooled" : "tape";
      case "grow":
      case "shrink":
        return `${instr.op} ${name(instr.tape)}, ${name(instr.by)}`;
      case "slots":
      case "reader":
      case "release":
        return `${instr.op} ${name(instr.tape)}`;
      case "if":
        return `if ${name(instr.condition)}`;
      case "for": {
        const [index, ...params] = instr.body.params;
        const range = `from ${name(instr.start)} to ${name(instr.end)} step ${instr.step}`;
        return `for ${index ? name(index) : "?"} ${range}${this.#carried(params, instr.inits)}`;
      }
      case "while":
        return `while${this.#carried(instr.condition.params, instr.inits)}`;
      case "call":
        return `call ${nameText(instr.callee)}(${this.#list(instr.args)})`;
      case "closure":
        return `closure ${nameText(instr.callee)}(${this.#list(instr.captures)})`;
      case "host":
        return `host ${instr.imported ? "global " : ""}${nameText(instr.callee)}(${this.#list(instr.args)})`;
      default:
        return instr satisfies never;
    }
  }
}

function isEmpty(block: Block): boolean {
  return block.body.length === 0 && block.end.kind === "yield" && block.end.values.length === 0;
}
