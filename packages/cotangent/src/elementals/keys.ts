/** What maps, and objects that are indexed by strings, ask of their keys. It steers, and carries no derivative. */
import { hashOf as hash } from "../runtime/hash.ts";
import { arrayIndexOf as index, isInherited as inherited } from "../runtime/keys.ts";
import { inactive, predicate } from "./define.ts";

/** An integer that is the same for keys that are the same; of an object, by its identity. */
export const hashOf = inactive("hashOf", {
  arity: 1,
  takes: ["any"],
  primal: hash,
  spelling: { kind: "runtime", name: "hashOf" },
  cost: 4,
});

/** The array index that a name is, or -1: JavaScript lists such names first. */
export const arrayIndexOf = inactive("arrayIndexOf", {
  arity: 1,
  takes: ["any"],
  primal: index,
  spelling: { kind: "runtime", name: "arrayIndexOf" },
  cost: 4,
});

/** Whether every object has a property of this name. */
export const isInherited = predicate("isInherited", {
  arity: 1,
  takes: ["any"],
  primal: inherited,
  spelling: { kind: "runtime", name: "isInherited" },
});
