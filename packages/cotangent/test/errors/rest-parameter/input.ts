export function f(...pair: [string, number]): number {
  return pair[0] === "twice" ? 2 * pair[1] : pair[1];
}
