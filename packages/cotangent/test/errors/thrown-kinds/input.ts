export function f(x: number, k: number): number {
  try {
    if (k === 1) throw x;
    if (k === 2) throw "text";
    if (k === 3) throw [x];
    if (k === 4) throw { x };
    if (k === 5) throw true;
    if (k === 6) throw [[x]];
    if (k === 7) throw { y: x };
    if (k === 8) throw [true];
    if (k === 9) throw { z: [x] };
    if (k === 10) throw new RangeError("too large");
    return x;
  } catch {
    return 2 * x;
  }
}
