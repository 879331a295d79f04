/** What generated code imports from `cotangent/runtime`: tapes and whole structures. */

export { type Border, callInside, insideOf } from "./border.ts";
export { checkElement, checkPresent, expectLength } from "./elements.ts";
export { RuntimeError, type RuntimeErrorCode, stackError } from "./error.ts";
export { checkFinite } from "./finite.ts";
export { hashOf } from "./hash.ts";
export { callInactive } from "./inactive.ts";
export { becomeInstance, expectInstance } from "./instances.ts";
export { arrayIndexOf, checkKeys, expectFields, isInherited } from "./keys.ts";
export { groupOf, hasGroup, matchEnd, matchesPattern, matchStart, replacePattern } from "./patterns.ts";
export { type Derivatives, derivativesOf, registerDerivatives } from "./registry.ts";
export type { FloatLayout, IntegerLayout, RecordShape, Shape } from "./shape.ts";
export { reinstate, type Snapshot, snapshot } from "./snapshot.ts";
export { addGrown, addTo, clear, copy, shadowOf, shadowsOf, withoutMissing } from "./structure.ts";
export { giveReferences, giveTape, ReferenceTape, reader, Tape, takeReferences, takeTape } from "./tape.ts";
export { checkApart, checkLengths, checkOut, checkReturned } from "./written.ts";
