type Token = { kind: "number"; value: number } | { kind: "word"; value: string };

export function f(tokens: Token[]): number {
  let sum = 0;
  for (const token of tokens) if (token.kind === "number") sum += token.value ** 2;
  return sum;
}
