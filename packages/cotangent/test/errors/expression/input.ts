const label = (parts: TemplateStringsArray, x: number): number => parts.length * x;

export function f(x: number): number {
  return label`${x} of`;
}
