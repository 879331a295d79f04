/** Integers, bits and strings that steer what the numbers do. */

/** Each set bit of the mask lets one number in. */
export function maskedProduct(x: number[], mask: number): number {
  let product = 1;
  for (let bits = mask, i = 0; bits !== 0; bits >>>= 1, i++) {
    if ((bits & 1) === 1) product *= x[i];
    else product += x[i] / 2;
  }
  return product;
}

export function ringBuffer(x: number[], size: number): number {
  const ring = new Array<number>(size).fill(0);
  let head = 0;
  let sum = 0;
  for (const v of x) {
    ring[head] = v;
    head = (head + 1) % size;
    sum += ring[head] * v + ring[(head + size - 1) % size];
  }
  return sum;
}

export interface Instruction {
  code: "push" | "add" | "multiply" | "swap" | "sine" | "load";
  operand: number;
}

/** A little stack machine. */
export function stackMachine(program: Instruction[], x: number): number {
  const stack: number[] = [];
  let top = -1;
  for (const { code, operand } of program) {
    if (code === "push") stack[++top] = operand;
    else if (code === "load") stack[++top] = x;
    else if (code === "add") {
      top--;
      stack[top] += stack[top + 1];
    } else if (code === "multiply") {
      stack[top - 1] *= stack[top];
      top -= 1;
    } else if (code === "sine") {
      stack[top] = Math.sin(stack[top]);
    } else {
      const t = stack[top];
      stack[top] = stack[top - 1];
      stack[top - 1] = t;
    }
  }
  return stack[0];
}

/** Gray codes and shifts in an index. */
export function grayOrder(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const g = i ^ (i >> 1);
    sum += x[g] * x[i] * (1 << (i & 3)) - (~i & 3) * x[g | 0];
  }
  return sum;
}

/** A grid in one array; neighbours by index arithmetic. */
export function roughness(height: Float64Array, width: number): number {
  const rows = Math.floor(height.length / width);
  let sum = 0;
  for (let k = 0; k < height.length; k++) {
    const row = (k / width) | 0;
    const column = k % width;
    if (column + 1 < width) sum += (height[k + 1] - height[k]) ** 2;
    if (row + 1 < rows) sum += Math.abs(height[k + width] - height[k]) ** 3;
  }
  return sum;
}

/** An index computed from numbers: it steers, and the fraction flows. */
export function histogramSoft(values: number[], width: number): number[] {
  const bins: number[] = [0, 0, 0, 0, 0];
  for (const v of values) {
    const position = v / width;
    const i = Math.min(Math.max(Math.floor(position), 0), bins.length - 2);
    const share = position - i;
    bins[i] += 1 - share;
    bins[i + 1] += share * share;
  }
  return bins;
}

/** Strings compared, chosen and counted. */
export function units(value: number, from: string, to: string): number {
  const inMetres = from === "km" ? value * 1000 : from === "mi" ? value * 1609.344 : value;
  switch (to) {
    case "km":
      return inMetres / 1000;
    case "log":
      return Math.log10(inMetres);
    default:
      return inMetres;
  }
}

/** Bits of a number that only say where to look. */
export function lookedUp(t: number, table: number[]): number {
  const cell = (t * (table.length - 1)) | 0;
  const mirrored = ~~(t * 2) ^ 1;
  return table[cell]! * t * t + (mirrored & 1 ? table[0]! : t);
}

/** Numbers that an array of integers cuts off. */
export function cutOff(x: number, y: number): number {
  const cells = new Int32Array(3);
  const bytes = Uint8Array.of(200);
  cells[0] = x * 10;
  cells[1] += y * 7;
  bytes[0] += cells[0]!;
  const kept = { cells, share: x * 10 - cells[0]! };
  return kept.cells[0]! * y + cells[1]! * x * kept.share + bytes[0]! * x;
}

/** A structure and its clone, which are written apart from each other. */
export function clonedApart(x: number, row: number[]): number {
  const first = { at: x, rows: [row, row] };
  const second = structuredClone(first);
  second.rows[0]![0]! *= x;
  second.at = row[1]! * 2;
  first.rows[1]![1]! += second.rows[1]![0]!;
  return first.at * second.at + row[1]! * second.rows[0]![0]!;
}
