/** What maps ask of their keys. It steers, and carries no derivative. */
import { hashOf as hash } from "../runtime/hash.ts";
import { inactive } from "./define.ts";

/** An integer that is the same for keys that are the same. */
export const hashOf = inactive("hashOf", {
  arity: 1,
  takes: ["any"],
  primal: hash,
  spelling: { kind: "runtime", name: "hashOf" },
  cost: 4,
});
