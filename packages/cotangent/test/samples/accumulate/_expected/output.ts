export function gather(a: Float64Array, list: number[], index: number[], v: number, list2: number[]): void {
  for (let i = 0; i < list.length; i++) {
    list[i] += v;
    if (i < list2.length) list2[i] += v;
    a[i] += v;
  }
  for (let i = 0; i < index.length; i++) {
    const j = index[i];
    const t1 = -v;
    if (list[j] !== undefined) list[j] += t1;
    a[j] += t1;
    a[i] += v * v;
    list[j] -= v;
  }
}

export function append(list: number[], i: number, v: number): void {
  list[i] = v;
}
