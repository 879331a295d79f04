/**
 * The names of derivative modules. One module holds one derivative of one function, shared by every call that asks for
 * the same; its name is that of the file that defines the function, with the request as query, so that imports in it and
 * frames in stack traces read as belonging to that file, and a change of the file concerns it.
 */
import type { Application, FunctionPlace } from "../frontend/verbs/calls.ts";

export interface DerivativeRequest {
  readonly target: FunctionPlace;
  readonly applications: readonly Application[];
}

const key = "?cotangent=";

/** The export of every derivative module. */
export const derivativeExport = "derivative";

/**
 * The same id for the same request: the path of the file, what it is for people, and what it is for `readDerivativeId`.
 * It ends as JavaScript does, by which bundlers tell the language.
 */
export function derivativeId({ target, applications }: DerivativeRequest): string {
  const { file, name, position, instance } = target;
  const ordered = applications.map(({ verb, options }) => [verb, Object.entries(options).sort()]);
  const data = JSON.stringify([name, position ?? null, instance ?? null, ...ordered]);
  const title = [name, ...applications.map(({ verb }) => verb)].join(".");
  return `${file}${key}${encodeURIComponent(title)}.${Buffer.from(data).toString("base64url")}.js`;
}

type Data = [string, number | null, FunctionPlace["instance"] | null, ...[string, [string, unknown][]][]];

/** The request that an id stands for; undefined for the id of anything else. Other queries behind it are passed over. */
export function readDerivativeId(id: string): DerivativeRequest | undefined {
  const at = id.indexOf(key);
  if (at < 0) return undefined;
  const coded = /^[^&]*\.([\w-]+)\.js/.exec(id.slice(at + key.length))?.[1];
  if (coded === undefined) return undefined;
  const data = Buffer.from(coded, "base64url").toString();
  const [name, position, instance, ...ordered] = JSON.parse(data) as Data;
  const applications = ordered.map(([verb, options]) => ({ verb, options: Object.fromEntries(options) }));
  return {
    target: { file: id.slice(0, at), name, position: position ?? undefined, instance: instance ?? undefined },
    applications,
  };
}
