/**
 * Forward mode by source transformation: beside each number x that depends on the inputs runs its tangent dx, one per
 * direction, and beside each array or object a shadow that holds the tangents of its contents (Griewank and Walther,
 * 3.1). The result is ordinary IR that runs the primal and its tangent side by side:
 *
 *     f(x, a) { y = x * a[0]; a[1] = sin(y); yield y }
 *     fTangent(x, a, dx, da) {
 *       a0 = a[0]; da0 = da[0]
 *       y = x * a0; dy = a0 * dx + x * da0
 *       a[1] = sin(y); da[1] = cos(y) * dy
 *       yield y, dy
 *     }
 *
 * Loops carry the tangents of what they carry, branches yield them. The parameters of a function keep their order;
 * tangents of parameters and results follow behind.
 */
import { type Activity, analyzeActivity } from "../analysis/activity.ts";
import { openFunctions } from "../analysis/points-to.ts";
import { analyzeRanges } from "../analysis/ranges.ts";
import { report } from "../core/errors.ts";
import { BlockBuilder, freshValue, IrError } from "../ir/build.ts";
import { holdsNumbers, isReference, isScalar } from "../ir/type.ts";
import type { Block, Func, Instr, Module, Value } from "../ir/types.ts";
import { forEachInstr, mapInstr } from "../ir/visit.ts";
import { choiceOf, either, emitWhereFlowing, type Flow, flowing, flowOfChoice, isConstant, nowhere } from "./flow.ts";
import { TangentFlows } from "./forward-flow.ts";
import { emitTangent, type TangentScope } from "./forward-rules.ts";
import { emitZeroTangents, type FunctionTable } from "./forward-zero.ts";
import { derivedName, tangentHint } from "./names.ts";
import { refuseReadText, refuseWithoutDerivative } from "./no-derivative.ts";
import { emitProducts } from "./partials.ts";
import { tangentTypes } from "./tangent-types.ts";
import { emitCoefficients } from "./taylor.ts";

export interface ForwardOptions {
  /** For each parameter: is its tangent given? Ignored for parameters that hold no numbers. */
  readonly active: readonly boolean[];
  /** How many tangents each number has. */
  readonly directions: number;
  /**
   * The tangents are the Taylor coefficients of a curve through the values, the first to the `directions`-th, and
   * elementals follow the rules of power series. Marks the parameter along which the curve leads, with coefficients
   * 1, 0, 0, …, which are not given.
   */
  readonly along?: number;
  /** Which values depend on the inputs; found by `analyzeActivity` unless given. */
  readonly activity?: Pick<Activity, "isActive" | "holdsActiveText">;
}

/**
 * Adds to `module` the forward derivative of `entry`. It takes the parameters of `entry`, then for each active one its
 * tangents (a number: one per direction; a structure: its interleaved shadow); it yields the results of `entry`, then
 * the tangents of each result that holds numbers. Throws CotangentError `not-differentiable` where an active number
 * meets a primitive without derivative.
 */
export function forward(module: Module, entry: string, options: ForwardOptions): { module: Module; name: string } {
  const activity = options.activity ?? analyzeActivity(module, entry, options.active);
  refuseReadText(module, entry, activity.holdsActiveText);
  const transform = new ForwardTransform(module, entry, options, activity.isActive);
  const func = transform.source(entry);
  const name = transform.derive(entry, {
    params: func.body.params.map((p, i) => options.active[i] === true && i !== options.along && holdsNumbers(p.type)),
    results: func.results.map((type) => holdsNumbers(type)),
    along: options.along,
  });
  return { module: { ...module, functions: transform.functions }, name };
}

/** Which parameters come with tangents, and which results leave with them. */
interface Signature {
  readonly params: readonly boolean[];
  readonly results: readonly boolean[];
  /** The parameter that is the variable itself, whose tangents are known. */
  readonly along?: number | undefined;
}

class ForwardTransform implements FunctionTable {
  readonly functions: Map<string, Func>;
  readonly directions: number;
  readonly isSeries: boolean;
  readonly #module: Module;
  readonly #entry: string;
  readonly #isActive: (value: Value) => boolean;
  readonly #names = new Map<string, string>();
  readonly #taken: Set<string>;
  #fractional: ReadonlySet<Value> | undefined;

  constructor(module: Module, entry: string, options: ForwardOptions, isActive: (value: Value) => boolean) {
    this.#module = module;
    this.#entry = entry;
    this.directions = options.directions;
    this.isSeries = options.along !== undefined;
    this.#isActive = isActive;
    this.functions = new Map(module.functions);
    this.#taken = new Set(module.functions.keys());
  }

  source(name: string): Func {
    const func = this.#module.functions.get(name);
    if (!func) throw new IrError(`no function ${name}`);
    return func;
  }

  /** True of the index of an element; false if it may name another property of an array, in which numbers are stored. */
  isWhole(index: Value): boolean {
    this.#fractional ??=
      this.directions === 1 ? new Set() : fractionalIndices(openFunctions(this.#module, this.#entry));
    return !this.#fractional.has(index);
  }

  isActive(value: Value): boolean {
    // Memory without a shadow adds nothing to a snapshot, so every snapshot can have one of shadows beside it.
    return value.type.kind === "snapshot" || (holdsNumbers(value.type) && this.#isActive(value));
  }

  request(key: string, role: string, build: (name: string) => Func): string {
    const known = this.#names.get(key);
    if (known) return known;
    const name = derivedName(this.#taken, this.#entry, role);
    this.#taken.add(name);
    this.#names.set(key, name);
    this.functions.set(name, build(name));
    return name;
  }

  /** The name of the derivative of `name` with the given signature, made at the first request. */
  derive(name: string, signature: Signature): string {
    const { rule } = this.source(name);
    if (rule) {
      if (this.directions > 1) throw new IrError(`the rule of ${name} has one direction`);
      return rule.tangent ?? report("rule-circular", this.source(name).span, `\`${name}\``);
    }
    const flags = [signature.params, signature.results].map((fs) => fs.map((f) => (f ? "1" : "0")).join("")).join("|");
    const key = `${name}|${flags}|${signature.along ?? ""}`;
    const known = this.#names.get(key);
    if (known) return known;
    const count = this.directions === 1 ? "" : this.directions;
    const role = `${this.isSeries ? "taylor" : "tangent"}${count}`;
    const derived = derivedName(this.#taken, name, role);
    this.#taken.add(derived);
    // Named before it is built, for recursion.
    this.#names.set(key, derived);
    this.functions.set(derived, new FunctionForward(this).build(derived, this.source(name), signature));
    return derived;
  }

  /** The signature with which `name` is called: as activity has it, the same at every call. */
  signatureOf(name: string): Signature {
    const { body, results, rule } = this.source(name);
    if (rule) {
      // A rule takes and gives all tangents that there are.
      return {
        params: body.params.map((p) => holdsNumbers(p.type)),
        results: results.map((type) => holdsNumbers(type)),
      };
    }
    return {
      params: body.params.map((p) => this.isActive(p)),
      results: results.map((_, i) => body.end.kind === "yield" && this.isActive(body.end.values[i] as Value)),
    };
  }
}

/** The indices that are not known to be whole numbers; none, if no number is stored at such a one. */
function fractionalIndices(functions: readonly Func[]): ReadonlySet<Value> {
  const found = new Set<Value>();
  let isStored = false;
  for (const func of functions) {
    const ranges = analyzeRanges(func);
    forEachInstr(func.body, (instr) => {
      if (instr.op !== "load" && instr.op !== "store" && instr.op !== "accumulate") return;
      if (ranges.isIntegral(instr.index)) return;
      found.add(instr.index);
      isStored ||= instr.op !== "load" && isScalar(instr.value.type);
    });
  }
  return isStored ? found : new Set();
}

const nothing = (): void => {};
const none = { params: [], nexts: () => [] };

/** Builds the derivative of one function. */
class FunctionForward implements TangentScope {
  readonly directions: number;
  readonly #transform: ForwardTransform;
  readonly #primals = new Map<Value, Value>();
  readonly #tangents = new Map<Value, readonly Value[]>();
  /** Tangents that are known to be zero. */
  readonly #vanishing = new Set<Value>();
  readonly elemental: TangentScope["elemental"];
  readonly flows: TangentFlows;

  constructor(transform: ForwardTransform) {
    this.#transform = transform;
    this.directions = transform.directions;
    this.flows = new TangentFlows(this.isActive);
    this.elemental = transform.isSeries ? (b, instr, result) => this.#coefficients(b, instr, result) : undefined;
  }

  #zero(b: BlockBuilder): Value {
    const zero = b.constant(0);
    this.#vanishing.add(zero);
    return zero;
  }

  /** The Taylor coefficients of the result of an elemental. */
  #coefficients(b: BlockBuilder, instr: Instr & { op: "apply" }, result: Value): readonly Value[] {
    const args = instr.args.map((a) => {
      const known = this.isActive(a) ? this.tangents(b, a) : [];
      return { value: this.#primal(a), coefficients: known.map((c) => (this.#vanishing.has(c) ? undefined : c)) };
    });
    const refuse = (): never => refuseWithoutDerivative(instr);
    const { primitive } = instr;
    const found = emitCoefficients(b, primitive, args, this.#primal(result), this.directions, refuse);
    const active = instr.args.flatMap((a, i) => {
      const partial = this.isActive(a) ? primitive.partial(i, instr.args.length) : undefined;
      return partial ? [{ partial, flow: this.flows.of(a) }] : [];
    });
    const flow = active.reduce((sum: Flow | undefined, a) => either(sum, a.flow), nowhere);
    const [only] = active.length === 1 ? active : [];
    this.flows.set(result, flowOfChoice(only && found[0] && choiceOf(b, only.partial, found[0]), flow));
    const guard = active.every(({ partial }) => isConstant(partial)) ? undefined : flow;
    return found.map((c) => (c && guard ? emitWhereFlowing(b, guard, c, c.hint) : (c ?? this.#zero(b))));
  }

  readonly isActive = (value: Value): boolean => this.#transform.isActive(value);

  readonly #primal = (value: Value): Value => {
    const found = this.#primals.get(value);
    if (!found) throw new IrError(`value ${value.hint ?? value.id} is used before its definition`);
    return found;
  };

  readonly isWhole = (index: Value): boolean => this.#transform.isWhole(index);

  readonly number = (_b: BlockBuilder, value: Value): Value => this.#primal(value);

  readonly isPresent = (b: BlockBuilder, value: Value): Value => b.present(this.#primal(value));

  readonly products: TangentScope["products"] = (b, { partial, args, result, factors, flow, hints }) => {
    const given = flow ? factors.map((f) => flowing(b, f, flow)) : factors;
    const term = emitProducts(b, partial, args.map(this.#primal), this.#primal(result), given, hints);
    if (!term) return undefined;
    const choice = choiceOf(b, partial, term.values[0] as Value);
    const values = flow ? term.values.map((v, d) => emitWhereFlowing(b, flow, v, hints[d])) : term.values;
    return { negative: term.negative, values, choice };
  };

  readonly tangents = (b: BlockBuilder, value: Value): readonly Value[] =>
    this.#tangents.get(value) ?? this.zeros(b, value);

  readonly zeros = (b: BlockBuilder, value: Value): readonly Value[] =>
    emitZeroTangents(b, this.#primal(value), this.directions, this.#transform);

  readonly shadows = (b: BlockBuilder, values: readonly Value[], shared: boolean): readonly Value[] => {
    if (values.length === 0) return [];
    const hints = values.map((v) => tangentHint(v.hint));
    if (this.directions === 1) return b.shadow(values.map(this.#primal), shared, hints);
    if (shared) throw new IrError("shadows that are shared have one direction only");
    return values.flatMap((v) => this.zeros(b, v));
  };

  readonly define = (value: Value, tangents: readonly Value[]): void => {
    this.#tangents.set(value, tangents);
  };

  build(name: string, source: Func, signature: Signature): Func {
    const body = this.#region(source.body, signature.params, signature.results, (b) => {
      const bare = source.body.params.filter((p, i) => this.isActive(p) && !signature.params[i] && isReference(p.type));
      source.body.params.forEach((p, i) => {
        if (i !== signature.along) return;
        this.define(
          p,
          Array.from({ length: this.directions }, (_, d) => (d === 0 ? b.constant(1) : this.#zero(b))),
        );
      });
      // The caller gives no tangents, but active numbers are written here. Two of them may be one object.
      const shadows = this.shadows(b, bare, this.directions === 1);
      for (const [i, p] of bare.entries()) this.define(p, [shadows[i] as Value]);
    });
    const tangentResults = source.results.flatMap((type, i) =>
      signature.results[i] ? tangentTypes(type, this.directions) : [],
    );
    return { name, body, results: [...source.results, ...tangentResults], span: source.span };
  }

  /**
   * The derivative of a region: behind its parameters come the tangents of those marked in `params`, behind what it
   * yields the tangents of those marked in `yields`. `more` are parameters behind all of them, and what follows them.
   */
  #region(
    source: Block,
    params: readonly boolean[],
    yields: readonly boolean[],
    begin: (b: BlockBuilder) => void = nothing,
    more: { readonly params: readonly Value[]; readonly nexts: (b: BlockBuilder) => readonly Value[] } = none,
  ): Block {
    const own = source.params.map((p) => this.#copy(p));
    const behind = source.params.flatMap((p, i) => {
      if (!params[i]) return [];
      const tangents = this.#fresh(p);
      this.define(p, tangents);
      return tangents;
    });
    const b = new BlockBuilder([...own, ...behind, ...more.params]);
    begin(b);
    for (const instr of source.body) {
      b.span = instr.span;
      this.#instr(b, instr);
    }
    if (source.end.kind === "throw") {
      b.span = source.end.span;
      b.throw(source.end.error, source.end.message && this.#primal(source.end.message));
      return b.finish([]);
    }
    const { values } = source.end;
    const tangents = values.flatMap((v, i) => (yields[i] ? this.tangents(b, v) : []));
    return b.finish([...values.map(this.#primal), ...tangents, ...more.nexts(b)]);
  }

  #copy(value: Value): Value {
    const made = freshValue(value.type, value.hint);
    this.#primals.set(value, made);
    return made;
  }

  #fresh(value: Value): readonly Value[] {
    const types = tangentTypes(value.type, this.directions);
    return types.map((type, d) => freshValue(type, tangentHint(value.hint, d, types.length)));
  }

  #instr(b: BlockBuilder, instr: Instr): void {
    switch (instr.op) {
      case "if": {
        const flags = instr.results.map(this.isActive);
        const then = this.#region(instr.then, [], flags);
        const otherwise = this.#region(instr.else, [], flags);
        const condition = this.#primal(instr.condition);
        const branch = this.flows.branch(instr, condition, [then, otherwise]);
        this.#emit(b, { ...instr, condition, then: branch.blocks[0], else: branch.blocks[1] }, flags, branch.flags);
        return;
      }
      case "for": {
        const flags = instr.results.map((r, i) => this.isActive(r) || this.isActive(instr.body.params[i + 1] as Value));
        const flows = this.flows.openLoop(instr);
        const inits = [...this.#withTangents(b, instr.inits, flags), ...flows.inits(b)];
        const body = this.#region(instr.body, [false, ...flags], flags, nothing, flows);
        const [start, end] = [this.#primal(instr.start), this.#primal(instr.end)];
        this.#emit(b, { ...instr, start, end, inits, body }, flags, flows.results());
        return;
      }
      case "while": {
        const flags = instr.results.map(
          (r, i) =>
            this.isActive(r) ||
            this.isActive(instr.body.params[i] as Value) ||
            this.isActive(instr.condition.params[i] as Value),
        );
        const flows = this.flows.openLoop(instr);
        const inits = [...this.#withTangents(b, instr.inits, flags), ...flows.inits(b)];
        const condition = this.#region(instr.condition, flags, [], nothing, { ...none, params: flows.fresh() });
        const body = this.#region(instr.body, flags, flags, nothing, flows);
        this.#emit(b, { ...instr, inits, condition, body }, flags, flows.results());
        return;
      }
      case "call": {
        const signature = this.#transform.signatureOf(instr.callee);
        const { rule } = this.#transform.source(instr.callee);
        const isPlain = rule
          ? !instr.results.some(this.isActive)
          : !signature.params.includes(true) && !signature.results.includes(true);
        const callee = isPlain ? instr.callee : this.#transform.derive(instr.callee, signature);
        const args = this.#withTangents(b, instr.args, isPlain ? [] : signature.params);
        this.#emit(b, { ...instr, callee, args }, isPlain ? [] : signature.results);
        return;
      }
      default: {
        const copied = mapInstr(instr, this.#primal, (block) => block);
        b.append({ ...copied, results: instr.results.map((r) => this.#copy(r)) });
        emitTangent(this, b, instr);
      }
    }
  }

  #withTangents(b: BlockBuilder, values: readonly Value[], flags: readonly boolean[]): readonly Value[] {
    return [...values.map(this.#primal), ...values.flatMap((v, i) => (flags[i] ? this.tangents(b, v) : []))];
  }

  /** Appends `instr`, whose results are still those of the source, with the tangents of the marked ones and `more` behind. */
  #emit(b: BlockBuilder, instr: Instr, flags: readonly boolean[], more: readonly Value[] = []): void {
    const own = instr.results.map((r) => this.#copy(r));
    const behind = instr.results.flatMap((r, i) => {
      if (!flags[i]) return [];
      const tangents = this.#fresh(r);
      this.define(r, tangents);
      return tangents;
    });
    b.append({ ...instr, results: [...own, ...behind, ...more] });
  }
}
