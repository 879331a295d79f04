/**
 * `eval --batch`: requests and answers as JSON, a line each, in order, so that a harness in any language can drive the
 * compiler through one process. A line that is wrong gets an error as its answer and does not end the batch.
 */
import { describeFailure, type Host, jsonText, UsageError } from "./output.ts";
import type { EvaluationRequest, Evaluator } from "./request.ts";

/** Answers every line; true if none failed. Empty lines are passed over. */
export async function runBatch(lines: AsyncIterable<string>, evaluator: Evaluator, { out }: Host): Promise<boolean> {
  let isFine = true;
  for await (const line of lines) {
    if (line.trim() === "") continue;
    let id: unknown = null;
    let answer: object;
    try {
      const request = readLine(line);
      id = request.id ?? null;
      answer = await evaluator.evaluate(checkFields(request));
    } catch (error) {
      isFine = false;
      answer = describeFailure(error);
    }
    out(`${jsonText({ id, ...answer })}\n`);
  }
  return isFine;
}

type Line = Readonly<Record<string, unknown>>;

function readLine(line: string): Line {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    throw new UsageError(`the line is not JSON: ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new UsageError("the line is not an object");
  return json as Line;
}

const known: ReadonlySet<string> = new Set([
  "id",
  "target",
  "at",
  "derivative",
  "argnums",
  "seed",
  "order",
  "engine",
  "mode",
  "strategy",
  "backend",
  "repeat",
]);

/** The request of a line, in which a field that is null counts as missing; values are checked where they are used. */
function checkFields(line: Line): EvaluationRequest {
  const extra = Object.keys(line).find((key) => !known.has(key));
  if (extra !== undefined) throw new UsageError(`there is no field ${extra} in a request`);
  const fields = Object.fromEntries(Object.entries(line).filter(([key, value]) => value !== null && key !== "id"));
  const { target, argnums } = fields;
  if (typeof target !== "string") throw new UsageError('"target" must be a string, "FILE#FUNCTION"');
  const isPosition = (n: unknown): boolean => typeof n === "number" && Number.isInteger(n) && n >= 0;
  if (argnums !== undefined && !isPosition(argnums) && !(Array.isArray(argnums) && argnums.every(isPosition))) {
    throw new UsageError('"argnums" must be a position or a list of positions');
  }
  return fields as unknown as EvaluationRequest;
}
