// `cotangent/inspect`: pictures of a function and of a run of it.
export { type TraceRequest, trace } from "./api/inspect.ts";
export { traceMarkdown, traceSvg, traceText } from "./inspect/table.ts";
export type { DerivativeCell, Place, ScopeRow, StepRow, Trace, TraceOptions, TraceRow } from "./inspect/trace.ts";
