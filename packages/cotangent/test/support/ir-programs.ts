/**
 * Programs in IR, one for each construct and each way in which constructs meet in derivatives: small, so that what a
 * transform makes of one tells each of its steps. The corpus has what the front end makes; IR is more than that.
 */
import { calls } from "./ir/calls.ts";
import { control } from "./ir/control.ts";
import { memory } from "./ir/memory.ts";
import { overwritten } from "./ir/overwritten.ts";
import type { IrProgram } from "./ir/program.ts";
import { rules } from "./ir/rules.ts";

export const irPrograms: readonly IrProgram[] = [...control, ...memory, ...overwritten, ...calls, ...rules];
