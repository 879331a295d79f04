export function product(x1: number, x2: number): number {
  return Math.log(x1) + x1 * x2 - Math.sin(x2);
}

export function norm(x: Float64Array, scale = 1): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
  return scale * Math.sqrt(sum);
}

export function polar([r, angle]: [number, number]): { x: number; y: number } {
  return { x: r * Math.cos(angle), y: r * Math.sin(angle) };
}

export function guarded(x: number): number {
  if (x < 0) throw new RangeError(`negative: ${x}`);
  console.log("x is", x);
  return Math.sqrt(x);
}

// biome-ignore lint/complexity/noStaticOnlyClass: a target may be a static method
export class Shapes {
  static area(width: number, height: number): number {
    return width * height;
  }
}

const weights = [Date.now()].map((w) => w / 6);

export function hidden(x: number): number {
  return x * weights[0]!;
}

export const table: number[] = [1, 2, 3].map((w) => w / 6);

export function shown(x: number): number {
  return x * x * table[1]!;
}

export function noisy(x: number): number {
  return x * Math.random();
}

export function stepped(x: number): number {
  return Math.floor(x) * x;
}

export function clipped(x: number): number {
  return Math.max(x, 2) * x;
}

export default function (x: number): number {
  return x ** 3;
}
