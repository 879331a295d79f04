/**
 * Functions of text: of strings to strings, numbers and truth values. They steer, and carry no derivative: text is never
 * active. What tells something of what the text is made of (`readsText`) is refused where an active number has been
 * written into it, since a number that is read back would have derivative 0, wrong in silence; what hands text on as a
 * whole is not. Methods that give nothing past the end, or throw, are functions of the prelude that call these.
 */
import type { Primitive, ScalarKind } from "../core/primitive.ts";
import { call, ofText, prefix } from "./define.ts";

type Gives = Primitive["gives"];

/** The method `name` of strings, told by JavaScript itself. */
function method(name: string, takes: readonly ScalarKind[], gives: Gives, readsText: boolean): Primitive {
  return ofText(`text${name[0]?.toUpperCase()}${name.slice(1)}`, {
    takes: ["string", ...takes],
    gives,
    primal: (text: string, ...args: never[]) =>
      (text as unknown as Record<string, (...args: never[]) => string | number | boolean>)[name]?.(...args) as string,
    spelling: { kind: "method", name },
    readsText,
  });
}

export const textLength = ofText("textLength", {
  takes: ["string"],
  gives: "number",
  primal: (text: string) => text.length,
  spelling: { kind: "property", name: "length" },
  readsText: true,
});
/** `text[i]`, which past the end is what it is in JavaScript. */
export const textElement = ofText("textElement", {
  takes: ["string", "number"],
  gives: "string",
  primal: (text: string, i: number) => text[i] as string,
  spelling: { kind: "element" },
  readsText: true,
});

const number = ["number"] as const;
const search = ["string", "number"] as const;
const padding = ["number", "string"] as const;

export const charAt = method("charAt", number, "string", true);
export const charCodeAt = method("charCodeAt", number, "number", true);
export const textSlice = method("slice", ["number", "number"], "string", true);
export const substring = method("substring", ["number", "number"], "string", true);
export const textIndexOf = method("indexOf", search, "number", true);
export const textLastIndexOf = method("lastIndexOf", search, "number", true);
export const textIncludes = method("includes", search, "boolean", true);
export const startsWith = method("startsWith", search, "boolean", true);
export const endsWith = method("endsWith", search, "boolean", true);
export const toUpperCase = method("toUpperCase", [], "string", false);
export const toLowerCase = method("toLowerCase", [], "string", false);
export const trim = method("trim", [], "string", false);
export const trimStart = method("trimStart", [], "string", false);
export const trimEnd = method("trimEnd", [], "string", false);
export const padStart = method("padStart", padding, "string", false);
export const padEnd = method("padEnd", padding, "string", false);
export const textReplace = method("replace", ["string", "string"], "string", true);
export const textReplaceAll = method("replaceAll", ["string", "string"], "string", true);
export const normalize = method("normalize", ["string"], "string", false);
export const fromCharCode = ofText("fromCharCode", {
  takes: ["number"],
  gives: "string",
  primal: (...codes: number[]) => String.fromCharCode(...codes),
  spelling: call("String.fromCharCode"),
  readsText: false,
});
/** Of numbers that are code points. */
export const fromCodePoint = ofText("fromCodePoint", {
  arity: 1,
  takes: ["number"],
  gives: "string",
  primal: (code: number) => String.fromCodePoint(code),
  spelling: call("String.fromCodePoint"),
  readsText: false,
});

/** A method of numbers that writes one into a text, which then is made of it. */
function written(name: string, takes: readonly ScalarKind[]): Primitive {
  return ofText(`number${name[0]?.toUpperCase()}${name.slice(1)}`, {
    takes: ["number", ...takes],
    gives: "string",
    primal: (x: number, ...args: never[]) =>
      (x as unknown as Record<string, (...args: never[]) => string>)[name]?.(...args) as string,
    spelling: { kind: "method", name },
    readsText: false,
    writes: true,
  });
}

export const toFixed = written("toFixed", number);
export const toPrecision = written("toPrecision", number);
export const toExponential = written("toExponential", number);
export const toRadix = written("toString", number);
/** In the language of the host, or the one that is named. */
export const localeString = written("toLocaleString", ["string"]);

/** Below, above or at 0, by the language of the host. */
export const localeCompare = method("localeCompare", ["string"], "number", true);

/** The number that a text says, NaN if it says none: `Number(text)`. */
export const numberOf = ofText("textNumber", {
  takes: ["string"],
  gives: "number",
  primal: Number as (text: string) => number,
  spelling: prefix("+"),
  readsText: true,
});
/** The number that the beginning of a text says. */
export const floatOf = ofText("parseFloat", {
  takes: ["string"],
  gives: "number",
  primal: parseFloat,
  spelling: call("Number.parseFloat"),
  aliases: [call("parseFloat")],
  readsText: true,
});
export const integerOf = ofText("parseInt", {
  takes: ["string", "number"],
  gives: "number",
  primal: parseInt,
  spelling: call("Number.parseInt"),
  aliases: [call("parseInt")],
  readsText: true,
});
