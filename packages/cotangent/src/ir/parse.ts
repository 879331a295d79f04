/**
 * Reads the text form of IR back, by recursive descent; the grammar is `ir/print` read backwards. Everything is built
 * through the builder, so what parses is well typed; `ir/verify` states the rest.
 */
import type { Primitive } from "../core/primitive.ts";
import { IrError } from "./build.ts";
import { type Header, hintOf, parseBody, parseSpan } from "./parse-body.ts";
import { Reader } from "./tokens.ts";
import type { Func, Global, Module, RecordField, Rule, Type } from "./types.ts";

/**
 * The module whose text this is; primitives are looked up in `table` by id. Throws `IrError`, with the line, for text
 * that is no program.
 */
export function parse(text: string, table: ReadonlyMap<string, Primitive>): Module {
  const reader = new Reader(text);
  declareRecords(text, reader);
  // A call may come before its callee: all headers are read before any body.
  const globals = new Map<string, Global>();
  const headers = new Map<string, Header>();
  const bodies: [header: Header, position: number][] = [];
  while (reader.peek().kind !== "end") {
    if (reader.accept("record")) skipRecord(reader);
    else if (reader.accept("global")) {
      const global = parseGlobal(reader);
      globals.set(global.name, global);
    } else {
      reader.expect("func");
      const header = parseHeader(reader);
      if (headers.has(header.name)) throw new IrError(`two functions are called ${header.name}`);
      headers.set(header.name, header);
      bodies.push([header, reader.position]);
      reader.skipBraces();
    }
  }
  const functions = new Map<string, Func>();
  for (const [header, position] of bodies) {
    reader.goto(position);
    functions.set(header.name, parseBody(reader, header, { table, globals, headers }));
  }
  return { functions, globals };
}

/** Two passes over the declarations, because records may mention one another and themselves. */
function declareRecords(text: string, reader: Reader): void {
  const scan = new Reader(text);
  const found: { readonly fields: RecordField[]; readonly position: number }[] = [];
  while (scan.peek().kind !== "end") {
    if (!scan.accept("record") || scan.peek().kind !== "name" || scan.peek(1).text !== "=") {
      scan.goto(scan.position + 1);
      continue;
    }
    const next = scan.peek(2).text;
    if (next !== "{" && next !== "#") continue;
    const name = scan.word("a name");
    scan.expect("=");
    const fields: RecordField[] = [];
    reader.records.set(name, { name, isTuple: next === "#", fields });
    found.push({ fields, position: scan.position });
  }
  for (const { fields, position } of found) {
    reader.goto(position);
    fields.push(...reader.layout());
  }
  reader.goto(0);
}

function skipRecord(reader: Reader): void {
  reader.word("a name");
  reader.expect("=");
  reader.layout();
}

function parseGlobal(reader: Reader): Global {
  const name = reader.dotted();
  reader.expect(":");
  const type = reader.type();
  if (reader.accept("=")) return { name, type, source: { kind: "literal", value: reader.value() } };
  if (reader.accept("by")) return { name, type, source: { kind: "made", by: reader.dotted() } };
  reader.expect("from");
  const file = reader.string();
  reader.expect("as");
  return { name, type, source: { kind: "import", file, exported: reader.dotted() } };
}

function parseHeader(reader: Reader): Header {
  const name = reader.dotted();
  reader.expect("(");
  let rest: Pick<Func, "rest"> = {};
  let count = 0;
  const params = reader.listUntil(")", () => {
    if (reader.accept("...")) rest = { rest: count };
    count++;
    const hint = hintOf(reader.word("a parameter"));
    reader.expect(":");
    return { hint, type: reader.type() };
  });
  const results: Type[] = [];
  if (reader.accept("->")) {
    do results.push(reader.type());
    while (reader.accept(","));
  }
  const tangent = reader.accept("tangent") ? { tangent: reader.dotted() } : {};
  let pullback: Pick<Rule, "pullback"> = {};
  if (reader.accept("pullback")) {
    const forward = reader.dotted();
    reader.expect(",");
    pullback = { pullback: { forward, back: reader.dotted() } };
  }
  let implicit: Pick<Rule, "implicit"> = {};
  for (const kind of ["root", "minimum"] as const) {
    if (!reader.accept(kind)) continue;
    const residual = reader.dotted();
    implicit = { implicit: { kind, residual, solve: reader.accept(",") ? reader.dotted() : undefined } };
  }
  const writes: number[] = [];
  if (reader.accept("writes")) {
    do writes.push(reader.number());
    while (reader.accept(","));
  }
  const rule = { ...tangent, ...pullback, ...implicit, ...(writes.length > 0 && { writes }) };
  const given = Object.keys(rule).length > 0 ? { rule } : {};
  return { name, params, results, span: parseSpan(reader, undefined), ...rest, ...given };
}
