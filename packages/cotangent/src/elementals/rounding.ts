/**
 * Functions that are constant between their jumps, and so have derivative 0 wherever they have one: rounding, the sign,
 * and arithmetic on the bits of integers. `fround` is the exception: it stands for its argument.
 */
import { call, inactive, infix, precedence, prefix, unary } from "./define.ts";

const jumps = { partial: () => 0, singular: [0, 1, -1] } as const;
const zeroAtJumps = "0, also at its jumps";

export const ceil = unary("ceil", {
  ...jumps,
  primal: Math.ceil,
  spelling: call("Math.ceil"),
  convention: zeroAtJumps,
});
export const floor = unary("floor", {
  ...jumps,
  primal: Math.floor,
  spelling: call("Math.floor"),
  convention: zeroAtJumps,
});
export const round = unary("round", {
  ...jumps,
  primal: Math.round,
  spelling: call("Math.round"),
  singular: [0.5, -0.5],
  convention: zeroAtJumps,
});
export const trunc = unary("trunc", {
  ...jumps,
  primal: Math.trunc,
  spelling: call("Math.trunc"),
  convention: zeroAtJumps,
});
export const sign = unary("sign", {
  ...jumps,
  primal: Math.sign,
  spelling: call("Math.sign"),
  singular: [0],
  convention: "0, also at 0",
});
export const fround = unary("fround", {
  primal: Math.fround,
  partial: () => 1,
  spelling: call("Math.fround"),
  convention: "1: rounding to single precision is taken as the identity, as storing into a Float32Array is",
});

export const bitAnd = inactive("bitAnd", {
  primal: (a: number, b: number) => a & b,
  spelling: infix("&", precedence.bitAnd),
});
export const bitOr = inactive("bitOr", {
  primal: (a: number, b: number) => a | b,
  spelling: infix("|", precedence.bitOr),
});
export const bitXor = inactive("bitXor", {
  primal: (a: number, b: number) => a ^ b,
  spelling: infix("^", precedence.bitXor),
});
export const bitNot = inactive("bitNot", { arity: 1, primal: (a: number) => ~a, spelling: prefix("~") });
export const shl = inactive("shl", {
  primal: (a: number, b: number) => a << b,
  spelling: infix("<<", precedence.shift),
});
export const shr = inactive("shr", {
  primal: (a: number, b: number) => a >> b,
  spelling: infix(">>", precedence.shift),
});
export const ushr = inactive("ushr", {
  primal: (a: number, b: number) => a >>> b,
  spelling: infix(">>>", precedence.shift),
});
export const clz32 = inactive("clz32", { arity: 1, primal: Math.clz32, spelling: call("Math.clz32") });
export const imul = inactive("imul", { primal: Math.imul, spelling: call("Math.imul"), cost: 2 });
