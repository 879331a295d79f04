/**
 * Predefined functions and classes that a derivative cannot pass through, each with the reason of its kind: clocks and
 * random numbers (another value at each run), timers, text and JSON (numbers that become characters), reflection. What
 * is neither here nor known to `builtins` is refused as a library function, by name.
 */
import type ts from "typescript";
import type { DiagnosticCode } from "../../core/errors.ts";
import { quote, refuse } from "../context.ts";

const kinds: Readonly<Partial<Record<DiagnosticCode, readonly string[]>>> = {
  "math-random": ["Math.random", "crypto.getRandomValues", "crypto.randomUUID"],
  clock: ["Date", "Date.now", "Date.UTC", "Date.parse", "performance.now", "performance.timeOrigin", "process.hrtime"],
  timer: [
    "setTimeout",
    "setInterval",
    "setImmediate",
    "clearTimeout",
    "clearInterval",
    "queueMicrotask",
    "requestAnimationFrame",
    "process.nextTick",
  ],
  "number-from-text": ["JSON.parse", "JSON.stringify"],
  eval: ["eval", "Function"],
  proxy: ["Proxy", "Reflect", "Symbol", "WeakRef"],
};

const codes: ReadonlyMap<string, DiagnosticCode> = new Map(
  Object.entries(kinds).flatMap(([code, names]) => names.map((name) => [name, code as DiagnosticCode] as const)),
);

/** Throws the diagnostic of a call or construction of the predefined `callee`, if it is one of those. */
export function refuseByName(node: ts.Node, callee: string): void {
  const code = codes.get(callee) ?? codes.get(callee.split(".")[0] ?? "");
  if (code) refuse(node, code, quote(node));
}
