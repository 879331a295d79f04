function makeCounter(): (x: number) => number {
  let calls = 0;
  return (x) => x * ++calls;
}

const counted = makeCounter();

export function f(x: number): number {
  return counted(x);
}
