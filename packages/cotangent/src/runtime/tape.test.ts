import { describe, expect, it } from "vitest";
import { giveReferences, giveTape, ReferenceTape, reader, Tape, takeReferences, takeTape } from "./tape.ts";

describe("Tape", () => {
  it("keeps what was written while it grows", () => {
    const tape = new Tape();
    for (let i = 0; i < 1000; i++) {
      const at = tape.grow(3);
      tape.values.set([i, i + 0.25, i + 0.5], at);
    }
    expect(tape.length).toBe(3000);
    for (let i = 999; i >= 0; i--) {
      const at = tape.shrink(3);
      expect([...tape.values.subarray(at, at + 3)]).toEqual([i, i + 0.25, i + 0.5]);
    }
    expect(tape.length).toBe(0);
  });

  it("makes room for a block larger than twice its capacity", () => {
    const tape = new Tape();
    tape.grow(1);
    expect(tape.grow(100_000)).toBe(1);
    expect(tape.values.length).toBeGreaterThanOrEqual(100_001);
  });

  it("is read by several readers, each with a length of its own", () => {
    const tape = new Tape();
    tape.values[tape.grow(1)] = 5;
    const references = new ReferenceTape<string>();
    references.values[references.grow(1)] = "five";
    for (let i = 0; i < 2; i++) {
      const numbers = reader(tape);
      expect(numbers.values[numbers.shrink(1)]).toBe(5);
      const texts = reader(references);
      expect(texts.values[texts.shrink(1)]).toBe("five");
    }
    expect([tape.length, references.length]).toEqual([1, 1]);
  });
});

describe("the pool", () => {
  it("gives a tape again, empty, with its capacity", () => {
    const tape = takeTape();
    tape.grow(5000);
    giveTape(tape);
    const again = takeTape();
    expect(again).toBe(tape);
    expect(again.length).toBe(0);
    expect(again.values.length).toBeGreaterThanOrEqual(5000);
  });

  it("gives different tapes to nested takers, and forgets one that was lost", () => {
    const outer = takeTape();
    const within = takeTape();
    expect(within).not.toBe(outer);
    giveTape(within);
    expect(takeTape()).toBe(within);
    // `outer` is never given back, as after a throw.
    expect(takeTape()).not.toBe(outer);
  });

  it("keeps no structure alive", () => {
    const tape = takeReferences<object>();
    tape.values[tape.grow(1)] = {};
    giveReferences(tape);
    expect(tape.values[0]).toBeUndefined();
    expect(takeReferences()).toBe(tape);
  });

  it("holds at most 64 MB", () => {
    const large = takeTape();
    large.grow(9_000_000);
    giveTape(large);
    expect(takeTape()).not.toBe(large);
  });

  it("refuses a tape that waits already", () => {
    const tape = takeTape();
    giveTape(tape);
    expect(() => giveTape(tape)).toThrow("given back twice");
    const references = takeReferences();
    giveReferences(references);
    expect(() => giveReferences(references)).toThrow("given back twice");
  });
});
