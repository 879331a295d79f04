/**
 * The typing rules of instructions: what each one takes and gives. One case per instruction, each a line of the rules;
 * regions are checked in `ir/verify`.
 */
import { IrError } from "./build.ts";
import * as t from "./type.ts";
import type { Instr, Module, Type, Value } from "./types.ts";

type Of<K extends Type["kind"]> = Extract<Type, { readonly kind: K }>;

/** Throws `IrError` if the operands and results of `instr` have not the types that it takes and gives. */
export function checkTypes(instr: Instr, module: Module): void {
  const fail = (what: string): never => {
    throw new IrError(`${instr.op}: ${what}`);
  };
  const expect = (actual: Type, expected: Type, what: string): void => {
    if (!t.sameType(actual, expected)) fail(`${what}: expected ${t.typeKey(expected)}, got ${t.typeKey(actual)}`);
  };
  const expectAll = (actual: readonly Value[], expected: readonly Type[], what: string): void => {
    if (actual.length !== expected.length) fail(`${expected.length} ${what}s expected, got ${actual.length}`);
    actual.forEach((v, i) => {
      expect(v.type, expected[i] as Type, what);
    });
  };
  const gives = (...types: readonly Type[]): void => {
    expectAll(instr.results, types, "result");
  };
  /** The type of the only result. */
  const given = (): Type => {
    const [result, ...more] = instr.results;
    return result && more.length === 0 ? result.type : fail("has one result");
  };
  const needs = <K extends Type["kind"]>(type: Type, kind: K, what = "operand"): Of<K> =>
    type.kind === kind ? (type as Of<K>) : fail(`${what}: expected ${kind}, got ${t.typeKey(type)}`);
  const growable = (array: Value): Type => {
    const { storage, element } = needs(array.type, "array");
    return storage === "Array" ? element : fail(`a ${storage} does not grow`);
  };
  const structure = (value: Value): void => {
    // The shadow of what holds no number has the unit type, and there is nothing to do for it.
    if (!t.isReference(value.type) && value.type.kind !== "undefined") fail(`${t.typeKey(value.type)} is no structure`);
  };

  switch (instr.op) {
    case "constant":
      return checkConstant(instr.value, given(), fail);
    case "unset":
      given();
      return;
    case "apply": {
      const { primitive, args } = instr;
      const right = primitive.arity === "variadic" ? args.length > 0 : args.length === primitive.arity;
      if (!right) fail(`${primitive.id} takes ${primitive.arity} arguments, got ${args.length}`);
      args.forEach((arg, i) => {
        const kind = primitive.takes[Math.min(i, primitive.takes.length - 1)] ?? "any";
        if (kind !== "any") needs(arg.type, kind, primitive.id);
      });
      return gives({ kind: primitive.gives });
    }
    case "text":
      return gives(t.string);
    case "global": {
      const global = module.globals.get(instr.global) ?? fail(`the module has no global ${instr.global}`);
      return gives(global.type);
    }

    case "wrap": {
      const type = given();
      const absent = type.kind === "optional" ? type.absent : undefined;
      return expect(type, t.optional(instr.value.type, absent), "result");
    }
    case "present":
      needs(instr.value.type, "optional");
      return gives(t.boolean);
    case "isNull":
      if (needs(instr.value.type, "optional").absent !== "nullish") fail("the value is not missing in either way");
      return gives(t.boolean);
    case "unwrap":
      return gives(needs(instr.value.type, "optional").of);

    case "array": {
      const { element } = needs(given(), "array", "result");
      for (const value of instr.elements) expect(value.type, element, "element");
      return;
    }
    case "allocate": {
      const { element, storage } = needs(given(), "array", "result");
      expect(instr.length.type, t.number, "length");
      if (instr.holes && (instr.fill || storage !== "Array")) fail("holes in an array that has none");
      if (instr.fill) expect(instr.fill.type, element, "fill");
      return;
    }
    case "record": {
      const { decl } = needs(given(), "record", "result");
      const types = decl.fields.map((f) => f.type);
      return expectAll(instr.fields, types, "field");
    }
    case "view": {
      if (needs(instr.array.type, "array", "array").storage === "Array") fail("a view of an array that is not typed");
      expect(instr.start.type, t.number, "start");
      if (instr.end) expect(instr.end.type, t.number, "end");
      expect(given(), instr.array.type, "result");
      return;
    }
    case "length":
      needs(instr.array.type, "array");
      return gives(t.number);
    case "load": {
      const { element } = needs(instr.array.type, "array");
      expect(instr.index.type, t.number, "index");
      const type = given();
      if (!t.sameType(type, t.optional(element))) expect(type, element, "result");
      return;
    }
    case "store":
      expect(instr.index.type, t.number, "index");
      expect(instr.value.type, needs(instr.array.type, "array").element, "value");
      return gives();
    case "accumulate":
      expect(instr.index.type, t.number, "index");
      expect(needs(instr.array.type, "array").element, t.number, "element");
      expect(instr.value.type, t.number, "value");
      return gives();
    case "getField":
      return gives(fieldOf(instr.record, instr.field, fail));
    case "setField":
      expect(instr.value.type, fieldOf(instr.record, instr.field, fail), "value");
      return gives();
    case "accumulateField":
      expect(fieldOf(instr.record, instr.field, fail), t.number, "field");
      expect(instr.value.type, t.number, "value");
      return gives();
    case "push":
      expect(instr.value.type, growable(instr.array), "value");
      return gives();
    case "pop":
      return gives(growable(instr.array));
    case "same":
      for (const side of [instr.left, instr.right]) {
        if (side.type.kind === "number") fail("compares references, not numbers");
      }
      return gives(t.boolean);

    case "shadow":
      return gives(...instr.of.map((v) => t.shadowType(v.type)));
    case "clear":
      structure(instr.structure);
      return gives();
    case "copy":
      structure(instr.structure);
      if (!t.sameUpToStorage(given(), instr.structure.type)) {
        fail(`${t.typeKey(instr.structure.type)} has no copy of type ${t.typeKey(given())}`);
      }
      return;
    case "addTo":
      structure(instr.target);
      if (!t.sameUpToStorage(instr.target.type, instr.source.type)) {
        fail(`${t.typeKey(instr.source.type)} cannot be added to ${t.typeKey(instr.target.type)}`);
      }
      return gives();
    case "snapshot":
      instr.of.forEach(structure);
      return gives(t.snapshot);
    case "reinstate":
      needs(instr.snapshot.type, "snapshot");
      return gives();

    case "tape":
      needs(given(), "tape", "result");
      return;
    case "grow":
    case "shrink":
      needs(instr.tape.type, "tape");
      expect(instr.by.type, t.number, "by");
      return gives(t.number);
    case "slots": {
      const { element } = needs(instr.tape.type, "tape");
      return gives(t.array(element, element.kind === "number" ? "Float64Array" : "Array"));
    }
    case "reader":
      return gives(needs(instr.tape.type, "tape"));
    case "release":
      needs(instr.tape.type, "tape");
      return gives();

    case "if":
      return expect(instr.condition.type, t.boolean, "condition");
    case "for":
      expect(instr.start.type, t.number, "start");
      expect(instr.end.type, t.number, "end");
      if (!Number.isInteger(instr.step) || instr.step === 0) fail(`step ${instr.step} is not a nonzero integer`);
      return;
    case "while":
      return;
    case "call": {
      const callee = module.functions.get(instr.callee) ?? fail(`the module has no function ${instr.callee}`);
      const params = callee.body.params.map((p) => p.type);
      expectAll(instr.args, params, "argument");
      return gives(...callee.results);
    }
    case "closure": {
      const callee = module.functions.get(instr.callee) ?? fail(`the module has no function ${instr.callee}`);
      const params = callee.body.params.map((p) => p.type);
      const rest = params.length - instr.captures.length;
      if (rest < 0) fail(`${instr.callee} has ${params.length} parameters, fewer than the captures`);
      expectAll(instr.captures, params.slice(rest), "capture");
      return gives({ kind: "function", params: params.slice(0, rest), results: callee.results });
    }
    case "host": {
      if (!instr.imported) return gives();
      const type = module.globals.get(instr.callee)?.type ?? fail(`the module has no global ${instr.callee}`);
      if (type.kind !== "function") return fail(`the global ${instr.callee} is no function`);
      return gives(...instr.results.map((r) => r.type));
    }
    default:
      instr satisfies never;
  }
}

type Fail = (what: string) => never;

function checkConstant(value: unknown, type: Type, fail: Fail): void {
  const kind = value === null ? "undefined" : typeof value;
  if (type.kind === kind) return;
  const isMissing =
    type.kind === "optional" && value == null && type.absent !== (value === null ? "undefined" : "null");
  if (!isMissing) fail(`${String(value)} is not of type ${t.typeKey(type)}`);
}

function fieldOf(record: Value, field: string, fail: Fail): Type {
  if (record.type.kind !== "record") return fail(`${t.typeKey(record.type)} has no fields`);
  const found = record.type.decl.fields.find((f) => f.name === field);
  return found ? found.type : fail(`${t.typeKey(record.type)} has no field ${field}`);
}
