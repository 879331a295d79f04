/**
 * Running a program as the interpreter runs it, and noting what it does with the numbers that vary. Values, memory and
 * control are the program's own; beside them is kept which step each number comes from, by name (`Frame`) and by place
 * (`provenance.ts`). So what a run is noted as is what ran, whatever it wrote where and under which name.
 */
import { report } from "../core/errors.ts";
import { add } from "../elementals/index.ts";
import { gatherRest, refuseCrossing } from "../ir/border.ts";
import { type InterpretOptions, interpret, type Observer } from "../ir/interpret.ts";
import type { Block, Instr, Module, Span, Value } from "../ir/types.ts";
import { type Snapshot, Tape } from "../runtime/index.ts";
import { goesOn, memberPath } from "./names.ts";
import { keysOf, Provenance } from "./provenance.ts";
import type { Operand, Run, Scope, Step } from "./steps.ts";

export interface RecordOptions {
  /** The names of the parameters, in order. */
  readonly names: readonly string[];
  readonly global?: InterpretOptions["global"];
}

/** Steps after which a run is given up. */
const mostSteps = 1_000_000;

type Read = (value: Value) => unknown;
type Known = Step | undefined;

/**
 * Runs `entry` on `args`, which the program may write. Reports `text-read` for what is read out of text that a number was
 * written into, `trace-length` for a run that does not end soon, `rule-engine` for functions with rules. Throws what the
 * program throws.
 */
export function record(module: Module, entry: string, args: readonly unknown[], options: RecordOptions): Run {
  const func = module.functions.get(entry);
  if (!func) throw new RangeError(`no function ${entry}`);
  refuseRules(module);
  refuseCrossing(func, "in a trace");
  const count = func.body.params.length;
  const own = gatherRest(func, args);
  const given = [...own, ...new Array<undefined>(Math.max(0, count - own.length)).fill(undefined)];
  const recorder = new Recorder(module, { kind: "function", name: entry, span: func.span, items: [] });
  const inputs = given.map((arg, i) => recorder.input(arg, options.names[i] ?? `x${i + 1}`));
  recorder.begin(inputs);
  const { global } = options;
  const [result] = interpret(module, entry, given, { observer: recorder, ...(global ? { global } : {}) });
  return recorder.finish(result);
}

function refuseRules(module: Module): void {
  for (const func of module.functions.values())
    if (func.rule) report("rule-engine", func.span, `\`${func.name}\``, "in a trace");
}

/** What is known of the values of one call: the steps of numbers, the paths of references. */
interface Frame {
  readonly steps: Map<Value, Step>;
  readonly paths: Map<Value, string>;
}

/** An instruction that others run inside of. */
interface Open {
  readonly instr: Instr;
  readonly scope: Scope;
  /** The steps of what is handed to the next region, or has come out of the last one. */
  carried: readonly Known[];
}

class Recorder implements Observer {
  readonly #module: Module;
  readonly #root: Scope;
  readonly #steps: Step[] = [];
  readonly #inputs: Step[] = [];
  readonly #memory = new Provenance();
  /** The objects of the arguments. */
  readonly #met = new Set<object>();
  readonly #frames: Frame[] = [];
  readonly #open: Open[] = [];
  #scope: Scope;
  #paths: readonly (string | undefined)[] = [];
  #begun: readonly Known[] = [];
  /** Where truth values come from. */
  readonly #spans = new Map<Value, Span | undefined>();
  /** The buffer of a tape before it grows. */
  #buffer: object | undefined;

  constructor(module: Module, root: Scope) {
    this.#module = module;
    this.#root = root;
    this.#scope = root;
  }

  // ------------------------------------------------------------------------------------------------------ Arguments

  /** Makes inputs of the numbers of an argument. An object that is met again is not looked at again. */
  input(value: unknown, name: string): Known {
    if (typeof value === "number") {
      const step = this.#add({ operation: undefined, operands: [], value, hint: name, span: undefined });
      this.#inputs.push(step);
      return step;
    }
    if (typeof value !== "object" || value === null || this.#met.has(value) || isFlat(value)) return undefined;
    this.#met.add(value);
    for (const key of keysOf(value)) {
      // Two views may show one place.
      if (this.#memory.get(value, key)) continue;
      this.#memory.set(value, key, this.input((value as never)[key], memberPath(name, key)));
    }
    return undefined;
  }

  begin(args: readonly Known[]): void {
    this.#begun = args;
  }

  finish(result: unknown): Run {
    const outputs: { place: string; value: number; source: Operand }[] = [];
    const open = new Set<object>();
    const visit = (value: unknown, place: string, step: Known): void => {
      if (typeof value === "number") outputs.push({ place, value, source: step ?? { known: value } });
      if (typeof value !== "object" || value === null || open.has(value) || isFlat(value)) return;
      open.add(value);
      for (const key of keysOf(value))
        visit((value as never)[key], memberPath(place, key), this.#memory.get(value, key));
      open.delete(value);
    };
    visit(result, "", this.#begun[0]);
    return { root: this.#root, steps: this.#steps, inputs: this.#inputs, outputs };
  }

  // ----------------------------------------------------------------------------------------------------------- Steps

  #add(step: Omit<Step, "number" | "scope">): Step {
    if (this.#steps.length >= mostSteps) report("trace-length", step.span, String(mostSteps));
    const made = { ...step, number: this.#steps.length, scope: this.#scope };
    this.#steps.push(made);
    this.#scope.items.push(made);
    return made;
  }

  get #frame(): Frame {
    return this.#frames.at(-1) as Frame;
  }

  readonly #step = (value: Value): Known => this.#frame.steps.get(value);

  #bind(value: Value | undefined, step: Known): void {
    if (!value) return;
    if (step) this.#frame.steps.set(value, step);
    else this.#frame.steps.delete(value);
  }

  #pathOf(value: Value): string {
    return value.hint ?? this.#frame.paths.get(value) ?? "…";
  }

  // ---------------------------------------------------------------------------------------------------------- Regions

  readonly before = (instr: Instr, read: Read): void => {
    const enter = (scope: Scope, carried: readonly Known[]): void => {
      this.#scope.items.push(scope);
      this.#open.push({ instr, scope: this.#scope, carried });
      this.#scope = scope;
    };
    const { span } = instr;
    switch (instr.op) {
      case "call":
        this.#paths = instr.args.map((arg) => this.#frame.paths.get(arg));
        return enter(
          {
            kind: "call",
            callee: instr.callee,
            span,
            origin: this.#module.functions.get(instr.callee)?.span,
            items: [],
          },
          instr.args.map(this.#step),
        );
      case "if": {
        if (instr.condition.hint === goesOn) {
          this.#open.push({ instr, scope: this.#scope, carried: [] });
          return;
        }
        const place = this.#spans.get(instr.condition) ?? span;
        return enter({ kind: "branch", span: place, taken: Boolean(read(instr.condition)), items: [] }, []);
      }
      case "for":
      case "while":
        return enter({ kind: "loop", span, turns: 0, items: [] }, instr.inits.map(this.#step));
      case "grow": {
        const tape = read(instr.tape);
        this.#buffer = tape instanceof Tape ? tape.values.buffer : undefined;
        return;
      }
      default:
    }
  };

  readonly enter = (block: Block): void => {
    const open = this.#open.at(-1);
    let carried = open?.carried ?? this.#begun;
    if (!open || open.instr.op === "call") {
      this.#frames.push({ steps: new Map(), paths: new Map() });
      block.params.forEach((param, i) => {
        const path = this.#paths[i];
        if (path !== undefined) this.#frame.paths.set(param, path);
      });
    } else if (open.instr.op === "for") {
      this.#turn();
      carried = [undefined, ...carried];
    } else if (open.instr.op === "while" && block === open.instr.condition) this.#turn();
    block.params.forEach((param, i) => this.#bind(param, carried[i]));
  };

  /** Begins the next turn of the loop that is open, whose scope is around. */
  #turn(): void {
    const loop = this.#scope;
    if (loop.kind !== "loop") throw new Error("a turn of no loop");
    const turn: Scope = { kind: "turn", turn: loop.items.length, items: [] };
    loop.items.push(turn);
    this.#scope = turn;
  }

  readonly leave = (block: Block): void => {
    const yielded = block.end.kind === "yield" ? block.end.values.map(this.#step) : [];
    const open = this.#open.at(-1);
    if (!open) {
      this.#begun = yielded;
      return;
    }
    switch (open.instr.op) {
      case "call":
        this.#frames.pop();
        break;
      case "while":
        if (block === open.instr.condition) return;
        break;
      default:
    }
    open.carried = yielded;
    if (open.instr.op === "for" || open.instr.op === "while") this.#endTurn(open);
  };

  #endTurn(open: Open): void {
    const loop = open.scope.items.at(-1) as Scope;
    if (loop.kind === "loop") loop.turns++;
    this.#scope = loop;
  }

  readonly after = (instr: Instr, results: readonly unknown[], read: Read): void => {
    const open = this.#open.at(-1);
    if (open?.instr === instr) {
      this.#open.pop();
      this.#scope = open.scope;
      instr.results.forEach((result, i) => this.#bind(result, open.carried[i]));
      return;
    }
    const [result] = instr.results;
    this.#bind(result, undefined);
    if (result?.type.kind === "boolean") this.#spans.set(result, instr.span);
    this.#plain(instr, results[0], read);
  };

  // ------------------------------------------------------------------------------------------------ One instruction

  #plain(instr: Instr, value: unknown, read: Read): void {
    const [result] = instr.results;
    switch (instr.op) {
      case "apply":
        return this.#apply(instr, value, read);
      case "text":
        // The text varies; who reads a number out of it is refused.
        if (instr.parts.some(this.#step))
          this.#bind(result, this.#made(instr, "store", instr.parts.filter(this.#step), value, undefined, read));
        return;
      case "wrap":
      case "unwrap":
        this.#bind(result, this.#step(instr.value));
        return this.#name(result, this.#frame.paths.get(instr.value));
      case "array":
        return this.#fill(value as object, instr.elements);
      case "record": {
        const type = result?.type;
        const fields = type?.kind === "record" ? type.decl.fields : [];
        return fields.forEach(({ name }, i) => {
          const step = this.#step(instr.fields[i] as Value);
          this.#memory.set(value as object, Array.isArray(value) ? Number(name) : name, step);
        });
      }
      case "allocate": {
        const step = instr.fill && this.#step(instr.fill);
        if (step) for (const i of (value as unknown[]).keys()) this.#memory.set(value as object, i, step);
        return;
      }
      case "load":
        return this.#load(
          result,
          read(instr.array) as object,
          this.#pathOf(instr.array),
          read(instr.index) as number,
          value,
        );
      case "getField": {
        const record = read(instr.record) as object;
        return this.#load(result, record, this.#pathOf(instr.record), keyIn(record, instr.field), value);
      }
      case "pop": {
        const array = read(instr.array) as unknown[];
        this.#load(result, array, this.#pathOf(instr.array), array.length, value);
        return this.#memory.set(array, array.length, undefined);
      }
      case "push": {
        const array = read(instr.array) as unknown[];
        return this.#store(instr, array, array.length - 1, instr.array, instr.value, read);
      }
      case "store":
        return this.#store(
          instr,
          read(instr.array) as object,
          read(instr.index) as number,
          instr.array,
          instr.value,
          read,
        );
      case "setField": {
        const record = read(instr.record) as object;
        return this.#store(instr, record, keyIn(record, instr.field), instr.record, instr.value, read);
      }
      case "accumulate":
        return this.#accumulate(
          instr,
          read(instr.array) as object,
          read(instr.index) as number,
          instr.array,
          instr.value,
          read,
        );
      case "accumulateField": {
        const record = read(instr.record) as object;
        return this.#accumulate(instr, record, keyIn(record, instr.field), instr.record, instr.value, read);
      }
      case "view":
        return this.#name(result, this.#pathOf(instr.array));
      case "copy":
        if (instr.detached) return;
        this.#bind(result, this.#step(instr.structure));
        return Provenance.eachPlace(read(instr.structure), value, (from, to, key) =>
          this.#memory.set(to, key, this.#memory.get(from, key)),
        );
      case "clear":
        return Provenance.eachPlace(read(instr.structure), read(instr.structure), (_, at, key) =>
          this.#memory.set(at, key, undefined),
        );
      case "addTo":
        return Provenance.eachPlace(read(instr.source), read(instr.target), (from, to, key) =>
          this.#sum(instr, to, key, this.#memory.get(from, key), (from as never)[key]),
        );
      case "grow": {
        const tape = read(instr.tape);
        if (tape instanceof Tape && this.#buffer) this.#memory.moved(tape, this.#buffer);
        return;
      }
      case "snapshot":
        return this.#memory.remember(value as Snapshot);
      case "reinstate":
        return this.#memory.reinstate(read(instr.snapshot) as Snapshot);
      // Nothing that varies comes out of these: what is made is zero, what is read does not vary, what steers is known.
      case "constant":
      case "unset":
      case "global":
      case "present":
      case "isNull":
      case "length":
      case "same":
      case "shadow":
      case "tape":
      case "shrink":
      case "slots":
      case "reader":
      case "release":
      case "closure":
      case "host":
        return;
      case "if":
      case "for":
      case "while":
      case "call":
        throw new Error(`${instr.op} has regions`);
      default:
        instr satisfies never;
    }
  }

  #name(result: Value | undefined, path: string | undefined): void {
    if (result && path !== undefined) this.#frame.paths.set(result, path);
  }

  #operand(value: Value, read: Read): Operand {
    return this.#step(value) ?? { known: read(value) };
  }

  #made(
    { span }: Instr,
    operation: Step["operation"],
    args: readonly Value[],
    value: unknown,
    hint: string | undefined,
    read: Read,
  ): Step {
    return this.#add({ operation, operands: args.map((arg) => this.#operand(arg, read)), value, hint, span });
  }

  #apply(instr: Instr & { readonly op: "apply" }, value: unknown, read: Read): void {
    const { primitive, args } = instr;
    const [result] = instr.results;
    if (!args.some(this.#step) || primitive.gives === "boolean") return;
    if (primitive.readsText && args.some((arg) => arg.type.kind === "string" && this.#step(arg)))
      report("text-read", instr.span, `\`${primitive.id}\``);
    this.#bind(result, this.#made(instr, primitive, args, value, result?.hint, read));
  }

  #fill(array: object, elements: readonly Value[]): void {
    elements.forEach((element, i) => {
      this.#put(array, i, this.#step(element));
    });
  }

  /** In arrays of integers only what is flat is kept. */
  #put(container: object, key: string | number, step: Known): void {
    this.#memory.set(container, key, isFlat(container) ? undefined : step);
  }

  #load(result: Value | undefined, container: object, path: string, key: string | number, value: unknown): void {
    if (typeof value === "object") this.#name(result, memberPath(path, key));
    else if (value !== undefined) this.#bind(result, this.#memory.get(container, key));
  }

  #store(instr: Instr, container: object, key: string | number, name: Value, value: Value, read: Read): void {
    const step = this.#step(value);
    if (!step || isFlat(container)) return this.#memory.set(container, key, undefined);
    const hint = memberPath(this.#pathOf(name), key);
    // What has just been computed for this place is this place's from the start.
    const isFresh = step === this.#steps.at(-1) && step.hint === undefined && step.operation !== undefined;
    const written = (container as never)[key];
    if (isFresh && Object.is(written, step.value)) {
      step.hint = hint;
      step.span = instr.span;
      return this.#put(container, key, step);
    }
    this.#put(container, key, this.#made(instr, "store", [value], written, hint, read));
  }

  #accumulate(instr: Instr, container: object, key: string | number, name: Value, value: Value, read: Read): void {
    if (!((key as never) in container)) return;
    const hint = memberPath(this.#pathOf(name), key);
    this.#sum(instr, container, key, this.#step(value), read(value), hint);
  }

  /** The number at a place has become the sum of what was there and `value`. */
  #sum(instr: Instr, container: object, key: string | number, step: Known, value: unknown, hint?: string): void {
    const before = this.#memory.get(container, key);
    if (!step && !before) return;
    const sum = (container as never)[key] as unknown;
    if (typeof sum !== "number") return;
    const old: Operand = before ?? { known: sum - (value as number) };
    const operandsOfSum = [old, step ?? { known: value }];
    this.#put(
      container,
      key,
      this.#add({ operation: add, operands: operandsOfSum, value: sum, hint, span: instr.span }),
    );
  }
}

/** True for an array of integers: what is stored there is flat wherever it has a derivative. */
function isFlat(value: object): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof Float64Array || value instanceof Float32Array);
}

function keyIn(record: object, field: string): string | number {
  return Array.isArray(record) ? Number(field) : field;
}
