export function f(x: number): number {
  // biome-ignore lint/suspicious/noExplicitAny: what the program is about
  const list: any[] = [];
  list.push(x);
  list.push([x]);
  return list[0] * list[1][0];
}
