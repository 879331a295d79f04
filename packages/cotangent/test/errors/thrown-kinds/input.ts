export function f(x: number): number {
  try {
    if (x < 1) throw x;
    if (x < 2) throw "two";
    if (x < 3) throw true;
    if (x < 4) throw [x];
    if (x < 5) throw { five: x };
    if (x < 6) throw { six: x };
    throw { seven: x };
  } catch {
    return x * x;
  }
}
