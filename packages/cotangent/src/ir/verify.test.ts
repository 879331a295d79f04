import { describe, expect, it } from "vitest";
import { add, lt, sin } from "../elementals/index.ts";
import { BlockBuilder, buildFunc, freshValue } from "./build.ts";
import * as t from "./type.ts";
import type { Block, Func, Instr, Module, Type, Value } from "./types.ts";
import { verify, verifyModule } from "./verify.ts";

const vector = t.array(t.number);
const doubles = t.array(t.number, "Float64Array");
const point = t.record({
  name: "Point",
  isTuple: false,
  fields: [
    { name: "x", type: t.number },
    { name: "tag", type: t.string },
  ],
});

const helper = buildFunc("helper", [{ type: t.number, hint: "z" }], (b, z) => [b.apply(sin, [z!])]);
const module: Module = {
  functions: new Map([["helper", helper]]),
  globals: new Map([["g", { name: "g", type: t.number, source: { kind: "literal", value: 1 } }]]),
};

const x = freshValue(t.number, "x");
const c = freshValue(t.boolean, "c");
const a = freshValue(vector, "a");
const d = freshValue(doubles, "d");
const p = freshValue(point, "p");
const o = freshValue(t.optional(t.number), "o");
const s = freshValue(t.string, "s");
const tape = freshValue(t.tape(t.number), "tape");
const params = [x, c, a, d, p, o, s, tape];

type Bare = Instr extends infer I ? (I extends Instr ? Omit<I, "results" | "span"> : never) : never;

function instr(bare: Bare, ...types: readonly (Type | Value)[]): Instr {
  const results = types.map((type) => ("id" in type ? type : freshValue(type, "r")));
  return { ...bare, results, span: undefined } as Instr;
}

function block(body: readonly Instr[], values: readonly Value[] = [], blockParams: readonly Value[] = []): Block {
  return { params: blockParams, body, end: { kind: "yield", values } };
}

function func(body: readonly Instr[], values: readonly Value[] = [], results = values.map((v) => v.type)): Func {
  return { name: "f", body: block(body, values, params), results, span: undefined };
}

function throwing(error: string, message?: Value): Block {
  return { params: [], body: [], end: { kind: "throw", error, message, span: undefined } };
}

const stray = freshValue(t.number, "stray");
const late = freshValue(t.number, "late");
const within = freshValue(t.number, "within");

/** Programs that break one invariant each, and how the error begins. */
const broken: Record<string, [program: Func, message: string]> = {
  "a value that nothing defines": [
    func([instr({ op: "apply", primitive: sin, args: [stray] }, t.number)]),
    "value stray",
  ],
  "a value read before its definition": [
    func([instr({ op: "apply", primitive: sin, args: [late] }, t.number), instr({ op: "constant", value: 1 }, late)]),
    "is read before it is defined",
  ],
  "a value of a region read outside": [
    func([
      instr({ op: "if", condition: c, then: block([instr({ op: "constant", value: 1 }, within)]), else: block([]) }),
      instr({ op: "apply", primitive: sin, args: [within] }, t.number),
    ]),
    "is out of scope",
  ],
  "a value of one branch read in the other": [
    func([
      instr({
        op: "if",
        condition: c,
        then: block([instr({ op: "constant", value: 1 }, within)]),
        else: block([instr({ op: "apply", primitive: sin, args: [within] }, t.number)]),
      }),
    ]),
    "is out of scope",
  ],
  "a value defined twice": [
    func([instr({ op: "constant", value: 1 }, late), instr({ op: "constant", value: 2 }, late)]),
    "is defined twice",
  ],
  "two values of one number": [func([instr({ op: "constant", value: 1 }, { ...late, id: x.id })]), "two values have"],
  "the result of a loop read in its body": [
    func([
      instr(
        {
          op: "for",
          start: x,
          end: x,
          step: 1,
          inits: [x],
          body: block([], [late], [freshValue(t.number, "i"), freshValue(t.number, "x")]),
        },
        late,
      ),
    ]),
    "is read before it is defined",
  ],
  "a constant of another type": [func([instr({ op: "constant", value: true }, t.number)]), "constant: true is not"],
  "a missing value of the wrong kind": [
    func([instr({ op: "constant", value: null }, t.optional(t.number))]),
    "constant: null is not",
  ],
  "too few arguments of a primitive": [
    func([instr({ op: "apply", primitive: add, args: [x] }, t.number)]),
    "apply: add takes 2",
  ],
  "an argument of the wrong kind": [
    func([instr({ op: "apply", primitive: add, args: [x, c] }, t.number)]),
    "apply: add: expected number",
  ],
  "a result of the wrong kind": [
    func([instr({ op: "apply", primitive: lt, args: [x, x] }, t.number)]),
    "apply: result",
  ],
  "an unknown global": [func([instr({ op: "global", global: "h" }, t.number)]), "global: the module has no global h"],
  "a global of another type": [func([instr({ op: "global", global: "g" }, t.boolean)]), "global: result"],
  "a wrap of another type": [func([instr({ op: "wrap", value: x }, t.optional(t.boolean))]), "wrap: result"],
  "an unwrap of what is never missing": [
    func([instr({ op: "unwrap", value: x }, t.number)]),
    "unwrap: operand: expected optional",
  ],
  "an element of the wrong type": [func([instr({ op: "array", elements: [x, c] }, vector)]), "array: element"],
  "a fill of the wrong type": [func([instr({ op: "allocate", length: x, fill: c }, vector)]), "allocate: fill"],
  "too few fields": [func([instr({ op: "record", fields: [x] }, point)]), "record: 2 fields expected, got 1"],
  "a load from a number": [
    func([instr({ op: "load", array: x, index: x }, t.number)]),
    "load: operand: expected array",
  ],
  "a load at a boolean": [func([instr({ op: "load", array: a, index: c }, t.number)]), "load: index"],
  "a load of another type": [func([instr({ op: "load", array: a, index: x }, t.boolean)]), "load: result"],
  "a store with a result": [
    func([instr({ op: "store", array: a, index: x, value: x }, t.number)]),
    "store: 0 results expected",
  ],
  "a store of the wrong type": [func([instr({ op: "store", array: a, index: x, value: c })]), "store: value"],
  "an unknown field": [
    func([instr({ op: "getField", record: p, field: "y" }, t.number)]),
    "getField: {x:number,tag:string} has no field y",
  ],
  "a string added to": [
    func([instr({ op: "accumulateField", record: p, field: "tag", value: x })]),
    "accumulateField: field",
  ],
  "a push to a typed array": [func([instr({ op: "push", array: d, value: x })]), "push: a Float64Array does not grow"],
  "a pop of a typed array": [func([instr({ op: "pop", array: d }, t.number)]), "pop: a Float64Array"],
  "numbers compared as references": [
    func([instr({ op: "same", left: x, right: x }, t.boolean)]),
    "same: compares references",
  ],
  "a shadow of another type": [func([instr({ op: "shadow", of: [d], shared: false }, vector)]), "shadow: result"],
  "a copy of another shape": [
    func([instr({ op: "copy", structure: a, detached: false }, point)]),
    "copy: [number] has no copy",
  ],
  "a number cleared": [func([instr({ op: "clear", structure: x, gaps: false })]), "clear: number is no structure"],
  "structures of two shapes added": [func([instr({ op: "addTo", target: a, grown: false, source: p })]), "addTo:"],
  "a snapshot of a number": [
    func([instr({ op: "snapshot", of: [x] }, t.snapshot)]),
    "snapshot: number is no structure",
  ],
  "a tape grown by nothing": [func([instr({ op: "grow", tape, by: c }, t.number)]), "grow: by"],
  "slots of another type": [func([instr({ op: "slots", tape }, vector)]), "slots: result"],
  "a condition that is a number": [
    func([instr({ op: "if", condition: x, then: block([]), else: block([]) })]),
    "if: condition",
  ],
  "branches that yield other types": [
    func([instr({ op: "if", condition: c, then: block([], [x]), else: block([], [c]) }, t.number)]),
    "what a branch yields: expected (number), got (boolean)",
  ],
  "a branch that yields too little": [
    func([instr({ op: "if", condition: c, then: block([], [x]), else: block([]) }, t.number)]),
    "what a branch yields",
  ],
  "a branch with parameters": [
    func([instr({ op: "if", condition: c, then: block([], [], [late]), else: block([]) })]),
    "a branch's parameters",
  ],
  "results where every branch throws": [
    func([instr({ op: "if", condition: c, then: throwing("Error"), else: throwing("Error") }, t.number)]),
    "an if that always throws has no results",
  ],
  "a step of zero": [
    func([instr({ op: "for", start: x, end: x, step: 0, inits: [], body: block([], [], [late]) })]),
    "for: step 0",
  ],
  "a loop without an index": [
    func([instr({ op: "for", start: x, end: x, step: 1, inits: [], body: block([]) })]),
    "the body's parameters",
  ],
  "a loop that carries less than it starts with": [
    func([instr({ op: "for", start: x, end: x, step: 1, inits: [x], body: block([], [], [late, within]) }, t.number)]),
    "what the body yields",
  ],
  "a loop without a result for what it carries": [
    func([instr({ op: "for", start: x, end: x, step: 1, inits: [x], body: block([], [within], [late, within]) })]),
    "the results",
  ],
  "a while without a test": [
    func([instr({ op: "while", inits: [], condition: block([]), body: block([]) })]),
    "what the condition yields",
  ],
  "a while that tests a number": [
    func([instr({ op: "while", inits: [], condition: block([], [x]), body: block([]) })]),
    "what the condition yields",
  ],
  "a call of nothing": [
    func([instr({ op: "call", callee: "nothing", args: [] })]),
    "call: the module has no function nothing",
  ],
  "a call with too few arguments": [
    func([instr({ op: "call", callee: "helper", args: [] }, t.number)]),
    "call: 1 arguments expected",
  ],
  "a call with another argument": [
    func([instr({ op: "call", callee: "helper", args: [c] }, t.number)]),
    "call: argument",
  ],
  "a call with another result": [
    func([instr({ op: "call", callee: "helper", args: [x] })]),
    "call: 1 results expected",
  ],
  "a closure with too many captures": [
    func([
      instr(
        { op: "closure", callee: "helper", captures: [x, x] },
        { kind: "function", params: [], results: [t.number] },
      ),
    ]),
    "closure: helper has 1 parameters",
  ],
  "a closure of another type": [
    func([instr({ op: "closure", callee: "helper", captures: [x] }, { kind: "function", params: [], results: [] })]),
    "closure: result",
  ],
  "an error with no class": [
    func([instr({ op: "if", condition: c, then: throwing("no class"), else: block([]) })]),
    'throw: "no class" names no error class',
  ],
  "a value that is thrown and is none": [
    func([instr({ op: "if", condition: c, then: throwing("value"), else: block([]) })]),
    "throw: no value",
  ],
  "a message that is no string": [
    func([instr({ op: "if", condition: c, then: throwing("Error", x), else: block([]) })]),
    "throw: the message is a number",
  ],
  "a result that the function does not declare": [func([], [x], []), "what the function yields"],
};

describe("verify", () => {
  it("accepts what the builder makes", () => {
    const good = buildFunc("good", params, (b, n) => {
      b.if(c, (then) => {
        then.throw("RangeError", then.text([s, n!]));
        return [];
      });
      const view = b.copy(d, vector);
      b.addTo(view, d);
      const loaded = b.load(a, n!, "e", true);
      const [y] = b.if(
        b.present(loaded),
        (then) => [then.unwrap(loaded)],
        (otherwise) => {
          otherwise.throw("Error");
          return [];
        },
      );
      return [y!];
    });
    expect(verify(good, module)).toBe(good);
    verifyModule({ ...module, functions: new Map([...module.functions, ["good", good]]) });
  });

  it.each(Object.entries(broken))("rejects %s", (_, [program, message]) => {
    expect(() => verify(program, module)).toThrow(message);
  });

  it("names the function and shows the innermost instruction", () => {
    const body = block([instr({ op: "apply", primitive: add, args: [x, c] }, freshValue(t.number, "y"))]);
    const program = func([instr({ op: "if", condition: c, then: body, else: block([]) })]);
    expect(() => verify(program, module)).toThrow(/^f: apply: add: expected number, got boolean\n {2}y = add x, c$/);
  });

  it("rejects a function filed under another name", () => {
    const misfiled: Module = { ...module, functions: new Map([["other", helper]]) };
    expect(() => verifyModule(misfiled)).toThrow("function helper is filed under other");
  });

  it("compares recursive records as themselves", () => {
    const fields: { name: string; type: Type }[] = [{ name: "value", type: t.number }];
    const list = t.record({ name: "List", isTuple: false, fields });
    fields.push({ name: "next", type: t.optional(list) });
    const b = new BlockBuilder([{ type: list, hint: "list" }]);
    const [given] = b.params;
    const copied = b.copy(given!);
    const next = b.getField(copied, "next");
    const program: Func = { name: "rest", body: b.finish([next]), results: [t.optional(list)], span: undefined };
    expect(verify(program, module)).toBe(program);
  });
});
