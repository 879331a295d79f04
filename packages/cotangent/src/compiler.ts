// The compiler as a program: what `cotangent/compiler` exports.
export {
  type Derivative,
  type Operator,
  type OperatorRequest,
  openProgram,
  type Placement,
  type Program,
  type ProgramOptions,
  type Stage,
  type Strategy,
  type Target,
} from "./api/compile.ts";
export { type CompiledRecording, compileRecording } from "./api/recording.ts";
export type { Mapping } from "./backend/text.ts";
export { type Compared, type CompareOptions, type Comparison, compareEngines, type WayName } from "./compare/index.ts";
export { CotangentError, type ErrorPainter, formatError } from "./core/errors.ts";
export type { SourceMap } from "./core/source-map.ts";
