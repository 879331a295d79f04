/**
 * Values from the command line: JSON, read by the IR's type of what it is for. A typed array is written as a list, and
 * `"NaN"`, `"Infinity"` and `"-Infinity"` wherever a number is expected; `null` is the missing value of the type. A map is
 * written as a list of pairs, a set as a list.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Type } from "../ir/types.ts";
import { Later } from "../runtime/later.ts";
import { type Kind, kindOfValue } from "../runtime/shape.ts";
import { typedArrays } from "../runtime/typed-arrays.ts";
import { UsageError } from "./output.ts";

const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** The JSON that `text` is, or that the file holds which it names by `@`. Throws UsageError. */
export function readJson(text: string, option: string, cwd: string): unknown {
  const source = text.startsWith("@") ? readText(resolve(cwd, text.slice(1)), option) : text;
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new UsageError(`${option} is not JSON: ${(error as Error).message}`);
  }
}

function readText(file: string, option: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
}

/** A tangent or cotangent of `value`, of its shape, that `json` stands for; null stands for what holds no numbers. */
export function readLike(json: unknown, value: unknown, place: string): unknown {
  if (typeof value === "number") return readValue(json, { kind: "number" }, place);
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Float64Array || value instanceof Float32Array) {
    if (!Array.isArray(json) || json.length !== value.length)
      return expected(`a list of ${value.length} numbers`, json, place);
    return value.map((x, i) => readLike(json[i], x, `${place}[${i}]`) as number);
  }
  if (ArrayBuffer.isView(value)) return null;
  if (Array.isArray(value)) {
    if (!Array.isArray(json) || json.length !== value.length) return expected(`a list of ${value.length}`, json, place);
    return value.map((x, i) => readLike(json[i], x, `${place}[${i}]`));
  }
  if (value instanceof Set) return null;
  if (value instanceof Map) {
    const given = new Map(readPairs(json, place).map(([key, part]) => [JSON.stringify(key), part]));
    return new Map(
      [...value].map(([key, x]) => [key, readLike(given.get(JSON.stringify(key)), x, `${place}[${key}]`)]),
    );
  }
  if (typeof json !== "object" || json === null) return expected("an object", json, place);
  const fields = json as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(value).map(([key, x]) => [key, readLike(fields[key], x, `${place}.${key}`)]),
  );
}

/** `0` as it is, `0,1` and `[0]` as lists. Throws UsageError. */
export function readArgnums(text: string): number | readonly number[] {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  const list = /^\[(.*)\]$/.exec(trimmed)?.[1] ?? trimmed;
  const numbers = list.split(",").map((part) => part.trim());
  if (!numbers.every((part) => /^\d+$/.test(part))) {
    throw new UsageError(`--argnums takes a position or a list of them: 0, or 0,1, or '[0]'; not ${text}`);
  }
  return numbers.map(Number);
}

/** The value of `type` that `json` stands for, made afresh. `place` names it in messages. Throws UsageError. */
export function readValue(json: unknown, type: Type, place: string): unknown {
  const later = new Later();
  const value = readWithin(json, type, place, later);
  later.finish();
  return value;
}

function readWithin(json: unknown, type: Type, place: string, later: Later): unknown {
  switch (type.kind) {
    case "number":
      if (typeof json === "number") return json;
      if (typeof json === "string" && json in notFinite) return notFinite[json];
      return expected("a number", json, place);
    case "boolean":
      return typeof json === "boolean" ? json : expected("true or false", json, place);
    case "string":
      return typeof json === "string" ? json : expected("a string", json, place);
    case "undefined":
      return json === null || json === undefined ? undefined : expected("null", json, place);
    case "optional":
      if (json === null) return type.absent === "undefined" ? undefined : null;
      if (json === undefined) return type.absent === "null" ? null : undefined;
      return readWithin(json, type.of, place, later);
    case "array": {
      if (!Array.isArray(json)) return expected(type.storage === "Array" ? "a list" : "a list of numbers", json, place);
      const values = json.map((element, i) => readWithin(element, type.element, `${place}[${i}]`, later));
      return type.storage === "Array" ? values : new typedArrays[type.storage](values as number[]);
    }
    case "record":
      if (type.decl.outside === "union") return readOfKind(json, type, place, later);
      if (type.decl.outside) return readTable(json, type, place, later);
      return type.decl.isTuple ? readTuple(json, type, place, later) : readRecord(json, type, place, later);
    case "function":
    case "tape":
    case "snapshot":
      throw new UsageError(`${place} is a ${type.kind}, which cannot be written as JSON`);
    default:
      return type satisfies never;
  }
}

type RecordType = Extract<Type, { kind: "record" }>;

function readTuple(json: unknown, { decl }: RecordType, place: string, later: Later): unknown[] {
  if (!Array.isArray(json) || json.length !== decl.fields.length) {
    return expected(`a list of ${decl.fields.length}`, json, place);
  }
  return decl.fields.map((field, i) => readWithin(json[i], field.type, `${place}[${i}]`, later));
}

/** A value of one of several kinds, as JSON tells them apart; text for a number that JSON does not have is text if it can be. */
function readOfKind(json: unknown, { decl }: RecordType, place: string, later: Later): unknown {
  const typeAs = (kind: string | undefined): Type | undefined => decl.fields.find(({ name }) => name === kind)?.type;
  const isNumber = typeof json === "string" && json in notFinite && !typeAs("asText");
  const found = typeAs(isNumber ? "asNumber" : kindOfValue(json));
  if (!found) return expected(decl.fields.map(({ name }) => shownKinds[name as Kind]).join(" or "), json, place);
  return readWithin(json, found.kind === "optional" ? found.of : found, place, later);
}

const shownKinds: Readonly<Record<Kind, string>> = {
  asNumber: "a number",
  asText: "a string",
  asBoolean: "true or false",
  asList: "a list",
  asObject: "an object",
  asFunction: "a function",
};

/** A map, a set or an object that is indexed by strings, which is a record of keys and values to the IR. */
function readTable(json: unknown, type: RecordType, place: string, later: Later): unknown {
  const { fields, outside } = type.decl;
  const elementOf = (name: string): Type => {
    const found = fields.find((f) => f.name === name)?.type;
    return found?.kind === "array" ? found.element : { kind: "undefined" };
  };
  const keyOf = (key: unknown): unknown => readWithin(key, elementOf("keys"), `a key of ${place}`, later);
  const contentOf = (key: unknown, part: unknown): unknown =>
    readWithin(part, elementOf("values"), `${place}[${JSON.stringify(key)}]`, later);
  if (outside === "set") return Array.isArray(json) ? new Set(json.map(keyOf)) : expected("a list", json, place);
  if (outside === "map")
    return new Map(readPairs(json, place).map(([key, part]) => [keyOf(key), contentOf(key, part)]));
  if (typeof json !== "object" || json === null || Array.isArray(json)) return expected("an object", json, place);
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, contentOf(key, part)]));
}

function readPairs(json: unknown, place: string): readonly (readonly [unknown, unknown])[] {
  const isPair = (pair: unknown): pair is readonly [unknown, unknown] => Array.isArray(pair) && pair.length === 2;
  return Array.isArray(json) && json.every(isPair) ? json : expected("a list of pairs [key, value]", json, place);
}

function readRecord(json: unknown, { decl }: RecordType, place: string, later: Later): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return expected("an object", json, place);
  const given = json as Record<string, unknown>;
  const extra = Object.keys(given).find((key) => !decl.fields.some((field) => field.name === key));
  if (extra !== undefined) throw new UsageError(`${place} has no field ${extra}`);
  const made: Record<string, unknown> = {};
  for (const { name, type } of decl.fields) {
    const isLeftOut = !(name in given) && type.kind === "optional" && type.absent === "undefined";
    if (!isLeftOut) later.set(made, name, () => readWithin(given[name], type, `${place}.${name}`, later));
  }
  return made;
}

function expected(what: string, json: unknown, place: string): never {
  const got = json === undefined ? "nothing" : JSON.stringify(json);
  throw new UsageError(`${place} must be ${what}, not ${got.length > 60 ? `${got.slice(0, 59)}…` : got}`);
}

/** What the arguments of a function are: a type for each, and the position of one that says the type of a list of them. */
export interface ExpectedArguments {
  readonly types: readonly Type[];
  readonly rest?: number | undefined;
}

/** One value per parameter; those of optional parameters at the end may be missing. Throws UsageError. */
export function readArguments(json: unknown, { types: own, rest }: ExpectedArguments, option: string): unknown[] {
  if (!Array.isArray(json)) throw new UsageError(`${option} must be a list with one entry per parameter`);
  const types = rest === undefined ? own : withRest(own, rest, json.length);
  let required = types.length;
  while (required > 0 && types[required - 1]?.kind === "optional") required--;
  if (json.length < required || json.length > types.length) {
    const count = required === types.length ? `${required}` : `${required} to ${types.length}`;
    const isBareList = types.length === 1 && types[0]?.kind === "array";
    const hint = isBareList ? `; the list that is the one argument is written in a list, '[[…]]'` : "";
    throw new UsageError(`${option} must have one entry per parameter (${count}), not ${json.length}${hint}`);
  }
  return json.map((element, i) => readValue(element, types[i] as Type, `${option}[${i}]`));
}

/** The types of so many arguments. */
function withRest(types: readonly Type[], rest: number, count: number): readonly Type[] {
  const list = types[rest];
  if (list?.kind !== "array") throw new TypeError("a rest parameter is a list");
  return [...types.slice(0, rest), ...new Array<Type>(Math.max(0, count - rest)).fill(list.element)];
}
