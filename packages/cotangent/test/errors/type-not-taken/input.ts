export function f(table: Map<string, number>): number {
  return table.get("a") ?? 0;
}
