/**
 * What the engine knows of a function: where its text is, and the scopes that it was made in. An inspector in this very
 * thread answers at once (Chrome DevTools Protocol: the internal properties `[[FunctionLocation]]` and `[[Scopes]]`). A
 * scope is given as an object that holds the values its variables have at this moment.
 */
import { Session } from "node:inspector";

/** The text of a script that runs, and where the engine counts its lines from. */
export interface ScriptSource {
  readonly id: string;
  /** Where it was loaded from; empty for text that was evaluated. */
  readonly url: string;
  readonly text: string;
  readonly sourceMapUrl: string | undefined;
  readonly startLine: number;
  readonly startColumn: number;
}

/** `global` and `script` hold names that any script may assign; the others belong to one module or call. */
export interface Scope {
  readonly kind: "local" | "module" | "script" | "global";
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A function as the engine sees it. */
export interface Inspected {
  readonly script: ScriptSource;
  /** From 0, as the engine counts in the script. */
  readonly line: number;
  readonly column: number;
  /** Innermost first. */
  readonly scopes: readonly Scope[];
}

interface Property {
  readonly name: string;
  readonly value?: { readonly objectId?: string; readonly value?: unknown };
}
interface Location {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}
interface ParsedScript {
  readonly url: string;
  readonly sourceMapURL?: string;
  readonly startLine: number;
  readonly startColumn: number;
}

const slot = "__cotangent_inspected";
const parsed = new Map<string, ParsedScript>();
const sources = new Map<string, ScriptSource>();

/** What is known of `f`; undefined for what is built in, bound, or a proxy. */
export function inspect(f: object): Inspected | undefined {
  const session = new Session();
  session.connect();
  const held: { f: object; scopes: unknown } = { f, scopes: undefined };
  Object.defineProperty(globalThis, slot, { value: held, configurable: true });
  try {
    const made = post<{ result: { objectId?: string } }>(session, "Runtime.evaluate", { expression: `${slot}.f` });
    // Another context, such as a sandbox, has globals of its own.
    if (made.result.objectId === undefined || held.f !== f) return undefined;
    const { internalProperties = [] } = post<{ internalProperties?: readonly Property[] }>(
      session,
      "Runtime.getProperties",
      { objectId: made.result.objectId, ownProperties: true },
    );
    const property = (name: string): Property["value"] => internalProperties.find((p) => p.name === name)?.value;
    const location = property("[[FunctionLocation]]")?.value as Location | undefined;
    if (!location) return undefined;
    const objectId = property("[[Scopes]]")?.objectId;
    if (objectId !== undefined) {
      const functionDeclaration = `function () { ${slot}.scopes = this; }`;
      post(session, "Runtime.callFunctionOn", { objectId, functionDeclaration });
    }
    return {
      script: sourceOf(session, location.scriptId),
      line: location.lineNumber,
      column: location.columnNumber,
      scopes: readScopes(held.scopes),
    };
  } finally {
    Reflect.deleteProperty(globalThis, slot);
    session.disconnect();
  }
}

/** Sends a command; its answer is there when the call returns, since the session is of this thread. */
function post<T>(session: Session, method: string, params: object = {}): T {
  let answer: { readonly result?: T; readonly error?: Error } | undefined;
  session.post(method, params, (error, result) => {
    answer = error ? { error } : { result: result as T };
  });
  if (!answer) throw new Error(`the inspector did not answer ${method}`);
  if (answer.error) throw new Error(`the inspector refused ${method}: ${answer.error.message}`);
  return answer.result as T;
}

function sourceOf(session: Session, id: string): ScriptSource {
  const known = sources.get(id);
  if (known) return known;
  const add = (message: { readonly params: ParsedScript & { readonly scriptId: string } }): void => {
    parsed.set(message.params.scriptId, message.params);
  };
  session.on("Debugger.scriptParsed", add as (message: unknown) => void);
  post(session, "Debugger.enable");
  try {
    const { scriptSource } = post<{ scriptSource: string }>(session, "Debugger.getScriptSource", { scriptId: id });
    const script = parsed.get(id);
    const made: ScriptSource = {
      id,
      url: script?.url ?? "",
      text: scriptSource,
      sourceMapUrl: script?.sourceMapURL || undefined,
      startLine: script?.startLine ?? 0,
      startColumn: script?.startColumn ?? 0,
    };
    sources.set(id, made);
    return made;
  } finally {
    post(session, "Debugger.disable");
  }
}

/** Objects of the engine, each with a `description` such as "Closure (make)" and the `object` of its variables. */
function readScopes(found: unknown): readonly Scope[] {
  const list = found as Readonly<Record<number, { readonly description: string; readonly object: object }>> & {
    readonly length: number;
  };
  return Array.from({ length: list?.length ?? 0 }, (_, i) => {
    const { description, object } = list[i] as { readonly description: string; readonly object: object };
    const kind = /^Global/.test(description)
      ? "global"
      : /^Script/.test(description)
        ? "script"
        : /^Module/.test(description)
          ? "module"
          : "local";
    return { kind, variables: object as Readonly<Record<string, unknown>> };
  });
}
