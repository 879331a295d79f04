let calls = 0;

export function f(x: number): number {
  calls = 1;
  return x * x;
}

export const count = (): number => calls;
