// `cotangent/inspect`: pictures of a function and of a run of it.
export { explain, graph, type TraceRequest, trace } from "./api/inspect.ts";
export { type GraphStyle, graphDot, graphMermaid } from "./inspect/diagram.ts";
export { type DrawnCurve, errorCurveSvg } from "./inspect/error-curve.ts";
export { type Explanation, explanationText, type KeptEntry } from "./inspect/explain.ts";
export type { Graph, GraphEdge, GraphGroup, GraphNode, NodeKind } from "./inspect/graph.ts";
export { graphSvg } from "./inspect/graph-svg.ts";
export { type Axis, type Curve, type Mark, type Plot, plotSvg } from "./inspect/plot.ts";
export { traceMarkdown, traceSvg, traceText } from "./inspect/table.ts";
export type { DerivativeCell, Place, ScopeRow, StepRow, Trace, TraceOptions, TraceRow } from "./inspect/trace.ts";
