/**
 * The names of derivative modules. One module holds one derivative of one function, shared by every call that asks for
 * the same; its name is the URL of the file that defines the function, with the request as query, so that imports in it
 * and frames in stack traces read as belonging to that file.
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Application, FunctionPlace } from "../frontend/calls.ts";

export interface DerivativeRequest {
  readonly target: FunctionPlace;
  readonly applications: readonly Application[];
}

const key = "cotangent";

/** The export of every derivative module. */
export const derivativeExport = "derivative";

/** The same URL for the same request. */
export function derivativeUrl({ target, applications }: DerivativeRequest): string {
  const url = pathToFileURL(target.file);
  const { name, position } = target;
  const ordered = applications.map(({ verb, options }) => [verb, Object.entries(options).sort()]);
  url.searchParams.set(key, JSON.stringify([name, position, ...ordered]));
  return url.href;
}

/** The request that a URL stands for; undefined for the URL of anything else. */
export function readDerivativeUrl(href: string): DerivativeRequest | undefined {
  if (!href.includes(`?${key}=`)) return undefined;
  const url = new URL(href);
  const data = url.searchParams.get(key);
  if (data === null) return undefined;
  const [name, position, ...ordered] = JSON.parse(data) as [string, number, ...[string, [string, unknown][]][]];
  url.search = "";
  const applications = ordered.map(([verb, options]) => ({ verb, options: Object.fromEntries(options) }));
  return { target: { file: fileURLToPath(url).replace(/\\/g, "/"), name, position }, applications };
}
