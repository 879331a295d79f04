/**
 * The computational graph of a function, from its IR: what each number that a derivative flows through is computed from
 * (Griewank and Walther, 2.2), with control as it is written. A loop or a branch is a group, and is not unrolled:
 *
 *     let s = 0; for (…) s += x * x      a group with the node s, which is s on entry, in every turn, and on exit;
 *                                        an edge leads back to it from what the turn makes of it
 *
 * An array or object is one node for as long as it lives: reads are nodes, what is written is an edge that says where.
 */
import { analyzeActivity } from "../analysis/activity.ts";
import { holdsNumbers, isReference } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Span, Value } from "../ir/types.ts";
import { operands } from "../ir/visit.ts";
import { goesOn, headOf, memberPath, nameAll, onOneLine } from "./names.ts";
import type { Place, Source } from "./trace.ts";
import { atom, type Written, writeApplication, writeKnown, writePartial } from "./writing.ts";

export type NodeKind = "input" | "step" | "read" | "memory" | "carried" | "choice" | "call" | "output";

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** `v2 = x1 * x2`. */
  readonly label: string;
  /** The group that it stands in; undefined for what stands outside of all. */
  readonly group: string | undefined;
  readonly place: Place | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `next`: to what a loop carries, from what a turn makes of it. `store`: into an array or object. */
  readonly kind: "value" | "store" | "next";
  /** Where it is stored: `[i] =`. */
  readonly label: string;
  /** The partial derivative, where the end is a step. */
  readonly partial: string | undefined;
}

export interface GraphGroup {
  readonly id: string;
  readonly kind: "loop" | "branch" | "side" | "call";
  readonly label: string;
  readonly parent: string | undefined;
  readonly place: Place | undefined;
}

export interface Graph {
  readonly function: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly groups: readonly GraphGroup[];
}

/** The graph of `entry`, of all arguments that hold numbers. */
export function graphOf(module: Module, entry: string, source: Source): Graph {
  const func = module.functions.get(entry);
  if (!func) throw new RangeError(`no function ${entry}`);
  return new Builder(module, func, source).build();
}

/** A node that has no name yet: labels name others. */
interface Draft {
  readonly id: string;
  readonly kind: NodeKind;
  readonly hint: string | undefined;
  readonly group: string | undefined;
  readonly span: Span | undefined;
  readonly right: (nameOf: (draft: Draft) => string) => string;
}
interface DraftEdge extends Pick<GraphEdge, "kind"> {
  readonly from: Draft;
  readonly to: Draft;
  readonly label: (nameOf: (draft: Draft) => string) => string;
  readonly partial?: (nameOf: (draft: Draft) => string) => string;
}

/** What a value is in the graph: a node, or text for what does not vary. */
type Part = Draft | ((nameOf: (draft: Draft) => string) => Written);
type Frame = Map<Value, Part>;

function isDraft(part: Part | undefined): part is Draft {
  return typeof part === "object";
}

const longText = 24;
/** What is never read. */
const unset: Part = () => ({ text: "…", binding: atom });
const unknown: Part = () => ({ text: "…", binding: atom });
const nothing = (): string => "";

class Builder {
  readonly #module: Module;
  readonly #entry: Func;
  readonly #source: Source;
  readonly #isActive: (value: Value) => boolean;
  readonly #nodes: Draft[] = [];
  readonly #edges: DraftEdge[] = [];
  readonly #groups: GraphGroup[] = [];
  readonly #spans = new Map<Value, Span | undefined>();
  /** Numbers that are written in the program. */
  readonly #constants = new Map<Value, number>();
  /** The functions that are being gone through. */
  readonly #open: string[] = [];
  #group: string | undefined;

  constructor(module: Module, entry: Func, source: Source) {
    this.#module = module;
    this.#entry = entry;
    this.#source = source;
    const active = entry.body.params.map(({ type }) => holdsNumbers(type));
    this.#isActive = analyzeActivity(module, entry.name, active, { wholeResults: true }).isActive;
  }

  build(): Graph {
    const frame: Frame = new Map();
    for (const param of this.#entry.body.params) {
      if (holdsNumbers(param.type) && this.#isActive(param))
        frame.set(param, this.#node("input", param.hint, undefined));
    }
    this.#open.push(this.#entry.name);
    for (const result of this.#block(this.#entry.body, frame)) {
      if (!isDraft(result)) continue;
      const name = this.#nodes.some(({ hint }) => hint === "y") ? "result" : "y";
      const output = this.#node("output", name, undefined, (nameOf) => nameOf(result));
      this.#edge(result, output);
    }
    const names = nameAll(this.#nodes);
    const nameOf = (draft: Draft): string => names.get(draft) ?? "…";
    return {
      function: this.#entry.name,
      nodes: this.#nodes.map((draft) => {
        const { id, kind, group, span } = draft;
        const right = draft.right(nameOf);
        const label = right === "" ? nameOf(draft) : `${nameOf(draft)} = ${right}`;
        return { id, kind, name: nameOf(draft), label, group, place: span && this.#source.placeOf(span) };
      }),
      edges: this.#edges.map(({ from, to, kind, label, partial }) => {
        return { from: from.id, to: to.id, kind, label: label(nameOf), partial: partial?.(nameOf) };
      }),
      groups: this.#groups,
    };
  }

  #node(kind: NodeKind, hint: string | undefined, span: Span | undefined, right: Draft["right"] = nothing): Draft {
    const made = { id: `n${this.#nodes.length}`, kind, hint, group: this.#group, span, right };
    this.#nodes.push(made);
    return made;
  }

  #edge(from: Part | undefined, to: Draft, details: Partial<Pick<DraftEdge, "kind" | "label" | "partial">> = {}): void {
    if (isDraft(from)) this.#edges.push({ from, to, kind: "value", label: nothing, ...details });
  }

  /** Runs `fill` in a group of its own; one that stays empty is taken away. */
  #within<T>(kind: GraphGroup["kind"], label: string, span: Span | undefined, fill: () => T): T {
    const parent = this.#group;
    const id = `g${this.#groups.length}`;
    const place = span && this.#source.placeOf(span);
    this.#groups.push({ id, kind, label, parent, place });
    this.#group = id;
    const result = fill();
    this.#group = parent;
    const isUsed = this.#nodes.some((n) => n.group === id) || this.#groups.some((g) => g.parent === id);
    if (!isUsed)
      this.#groups.splice(
        this.#groups.findIndex((g) => g.id === id),
        1,
      );
    return result;
  }

  // --------------------------------------------------------------------------------------------------- Blocks

  /** What the block yields. */
  #block(block: Block, frame: Frame): readonly (Part | undefined)[] {
    for (const instr of block.body) this.#instr(instr, frame);
    return block.end.kind === "yield" ? block.end.values.map((value) => this.#part(value, frame)) : [];
  }

  #part(value: Value, frame: Frame): Part | undefined {
    const found = frame.get(value);
    if (found) return found;
    const { hint } = value;
    return hint === undefined ? undefined : () => ({ text: hint, binding: atom });
  }

  #text(value: Value, frame: Frame): (nameOf: (draft: Draft) => string) => Written {
    const part = this.#part(value, frame) ?? unknown;
    return isDraft(part) ? (nameOf) => ({ text: nameOf(part), binding: atom }) : part;
  }

  /** The path of an array or object in the user's names. */
  #pathOf(reference: Value, frame: Frame): string {
    const part = frame.get(reference);
    return (isDraft(part) ? part.hint : undefined) ?? reference.hint ?? "…";
  }

  #instr(instr: Instr, frame: Frame): void {
    const [result] = instr.results;
    if (result?.type.kind === "boolean") this.#spans.set(result, instr.span);
    switch (instr.op) {
      case "constant":
        if (!result || isReference(result.type)) return;
        frame.set(result, () => writeKnown(instr.value));
        if (typeof instr.value === "number") this.#constants.set(result, instr.value);
        return;
      case "unset":
        if (result) frame.set(result, unset);
        return;
      case "apply":
        return this.#apply(instr, frame);
      case "wrap":
      case "unwrap":
        return this.#alias(result, instr.value, frame);
      case "if":
        return this.#if(instr, frame);
      case "for":
      case "while":
        return this.#loop(instr, frame);
      case "call":
        return this.#call(instr, frame);
      case "load":
      case "getField":
      case "pop":
        return this.#read(instr, frame);
      case "store":
      case "accumulate":
      case "setField":
      case "accumulateField":
      case "push":
        return this.#write(instr, frame);
      case "array":
      case "record":
      case "allocate":
      case "view":
      case "copy":
        return this.#make(instr, frame);
      default:
        for (const made of instr.results) {
          if (!this.#isActive(made)) continue;
          const node = this.#node("call", made.hint, instr.span, () => `${instr.op}(…)`);
          frame.set(made, node);
          for (const operand of operands(instr)) this.#edge(frame.get(operand), node);
        }
    }
  }

  #alias(result: Value | undefined, value: Value, frame: Frame): void {
    const part = this.#part(value, frame);
    if (result && part) frame.set(result, part);
  }

  #apply(instr: Instr & { readonly op: "apply" }, frame: Frame): void {
    const { primitive, args, span } = instr;
    const result = instr.results[0] as Value;
    const texts = args.map((arg) => this.#text(arg, frame));
    const write = (nameOf: (draft: Draft) => string): Written =>
      writeApplication(
        primitive,
        texts.map((t) => t(nameOf)),
      );
    if (!this.#isActive(result) || primitive.gives !== "number") {
      const { hint } = result;
      const short = (nameOf: (draft: Draft) => string): Written => {
        const written = write(nameOf);
        return hint !== undefined
          ? { text: hint, binding: atom }
          : written.text.length > longText
            ? { text: "…", binding: atom }
            : written;
      };
      frame.set(result, short);
      return;
    }
    const node = this.#node("step", result.hint, span, (nameOf) => write(nameOf).text);
    frame.set(result, node);
    args.forEach((arg, i) => {
      const partial = (nameOf: (draft: Draft) => string): string =>
        writePartial(
          primitive,
          i,
          texts.map((text) => text(nameOf)),
          { text: nameOf(node), binding: atom },
          (index) => this.#constants.get(args[index] as Value),
        );
      if (this.#isActive(arg)) this.#edge(frame.get(arg), node, { partial });
    });
  }

  // --------------------------------------------------------------------------------------------------- Control

  #if(instr: Instr & { readonly op: "if" }, frame: Frame): void {
    const { condition } = instr;
    if (condition.hint === goesOn)
      return this.#join(
        instr,
        [instr.then, instr.else].map((b) => this.#block(b, frame)),
        frame,
      );
    const span = this.#spans.get(condition) ?? instr.span;
    const label = (span && this.#source.textOf(span)) ?? "condition";
    this.#within("branch", onOneLine(label), span, () => {
      const sides = [instr.then, instr.else].map((block, i) =>
        this.#within("side", i === 0 ? "true" : "false", undefined, () => this.#block(block, frame)),
      );
      this.#join(instr, sides, frame);
    });
  }

  /** What comes out of two sides: one node where they differ. */
  #join(instr: Instr & { readonly op: "if" }, sides: readonly (readonly (Part | undefined)[])[], frame: Frame): void {
    instr.results.forEach((result, i) => {
      const parts = sides.map((side) => side[i]);
      const nodes = parts.filter(isDraft);
      if (!this.#isActive(result) || nodes.length === 0) return;
      const isBoth = nodes.length === 2 && nodes[0] !== nodes[1];
      const isEither = nodes.length === 1 && parts.some((p) => p !== undefined && p !== unset && !isDraft(p));
      if (!isBoth && !isEither) {
        frame.set(result, nodes[0] as Draft);
        return;
      }
      const node = this.#node("choice", result.hint, instr.span, (nameOf) =>
        parts.map((p) => (p === undefined ? "…" : isDraft(p) ? nameOf(p) : p(nameOf).text)).join(" or "),
      );
      frame.set(result, node);
      for (const part of nodes) this.#edge(part, node);
    });
  }

  #loop(instr: Instr & { readonly op: "for" | "while" }, frame: Frame): void {
    const label = (instr.span && this.#source.textOf(instr.span)) ?? "loop";
    const params = instr.op === "for" ? instr.body.params.slice(1) : instr.body.params;
    this.#within("loop", headOf(label), instr.span, () => {
      const carried = instr.results.map((result, i) => {
        const init = this.#part(instr.inits[i] as Value, frame);
        const param = params[i] as Value;
        const isNumber = !isReference(param.type);
        if (!(this.#isActive(result) || this.#isActive(param))) return undefined;
        // An array or object is the same in every turn, unless the program puts another in its place.
        if (!isNumber && isDraft(init)) return init;
        const node = this.#node("carried", param.hint ?? result.hint, instr.span, (nameOf) =>
          init === undefined || init === unset || isDraft(init) ? "" : `${init(nameOf).text}, …`,
        );
        this.#edge(init, node);
        return node;
      });
      const bind = (values: readonly Value[]): void =>
        values.forEach((value, i) => {
          const node = carried[i];
          if (node) frame.set(value, node);
        });
      if (instr.op === "while") {
        bind(instr.condition.params);
        this.#block(instr.condition, frame);
      }
      bind(params);
      const next = this.#block(instr.body, frame);
      carried.forEach((node, i) => {
        if (node && next[i] !== node) this.#edge(next[i], node, { kind: "next" });
      });
      bind(instr.results);
    });
  }

  #call(instr: Instr & { readonly op: "call" }, frame: Frame): void {
    const callee = this.#module.functions.get(instr.callee);
    const { span } = instr;
    const isActive = instr.results.some(this.#isActive) || instr.args.some(this.#isActive);
    if (!callee || !isActive) return;
    const text = (span && this.#source.textOf(span)) || `${instr.callee}(…)`;
    if (this.#open.includes(instr.callee) || callee.rule) {
      const node = this.#node("call", instr.results[0]?.hint, span, () => onOneLine(text));
      for (const arg of instr.args) if (this.#isActive(arg)) this.#edge(frame.get(arg), node);
      for (const result of instr.results) if (this.#isActive(result)) frame.set(result, node);
      return;
    }
    const own = span && this.#source.placeOf(span);
    const origin = callee.span && this.#source.textOf(callee.span);
    this.#within("call", onOneLine(own || !origin ? text : origin), span, () => {
      this.#open.push(instr.callee);
      const inner: Frame = new Map();
      callee.body.params.forEach((param, i) => {
        const part = this.#part(instr.args[i] as Value, frame);
        if (part) inner.set(param, part);
      });
      const results = this.#block(callee.body, inner);
      this.#open.pop();
      instr.results.forEach((result, i) => {
        const part = results[i];
        if (part) frame.set(result, part);
      });
    });
  }

  // ---------------------------------------------------------------------------------------------------- Memory

  #read(instr: Instr & { readonly op: "load" | "getField" | "pop" }, frame: Frame): void {
    const result = instr.results[0] as Value;
    const container = instr.op === "getField" ? instr.record : instr.array;
    const place = this.#placeIn(instr, frame);
    const path = this.#pathOf(container, frame);
    if (!this.#isActive(result)) {
      const { hint } = result;
      frame.set(result, (nameOf) => ({ text: hint ?? `${path}${place(nameOf)}`, binding: atom }));
      return;
    }
    const node = this.#node("read", undefined, instr.span, (nameOf) => `${path}${place(nameOf)}`);
    frame.set(result, node);
    this.#edge(frame.get(container), node);
  }

  #placeIn(instr: Instr, frame: Frame): (nameOf: (draft: Draft) => string) => string {
    switch (instr.op) {
      case "load":
      case "store":
      case "accumulate": {
        const index = this.#text(instr.index, frame);
        return (nameOf) => `[${index(nameOf).text}]`;
      }
      case "getField":
      case "setField":
      case "accumulateField":
        return () => memberPath("", instr.field);
      case "push":
        return () => ".push";
      case "pop":
        return () => ".pop()";
      default:
        throw new Error(`${instr.op} has no place`);
    }
  }

  #write(
    instr: Instr & { readonly op: "store" | "accumulate" | "setField" | "accumulateField" | "push" },
    frame: Frame,
  ): void {
    const target = frame.get("array" in instr ? instr.array : instr.record);
    if (!isDraft(target)) return;
    const place = this.#placeIn(instr, frame);
    const sign = instr.op.startsWith("accumulate") ? " +=" : instr.op === "push" ? "" : " =";
    this.#edge(frame.get(instr.value), target, { kind: "store", label: (nameOf) => `${place(nameOf)}${sign}` });
  }

  #make(instr: Instr & { readonly op: "array" | "record" | "allocate" | "view" | "copy" }, frame: Frame): void {
    const result = instr.results[0] as Value;
    if (!this.#isActive(result)) return;
    if (!isReference(result.type)) return this.#alias(result, operands(instr)[0] as Value, frame);
    const { type } = result;
    const what =
      instr.op === "view"
        ? `${this.#pathOf(instr.array, frame)}.subarray`
        : instr.op === "copy"
          ? `copy of ${this.#pathOf(instr.structure, frame)}`
          : type.kind === "array"
            ? type.storage === "Array"
              ? "[…]"
              : type.storage
            : "{…}";
    const node = this.#node("memory", result.hint, instr.span, () => what);
    frame.set(result, node);
    const fields = type.kind === "record" ? type.decl.fields : [];
    operands(instr).forEach((operand, i) => {
      const key = instr.op === "record" ? memberPath("", fields[i]?.name ?? "") : instr.op === "array" ? `[${i}]` : "";
      if (this.#isActive(operand))
        this.#edge(frame.get(operand), node, { kind: "store", label: () => key && `${key} =` });
    });
  }
}
