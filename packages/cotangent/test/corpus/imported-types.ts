/** What `types.ts` takes from another module. */
export interface Vec {
  readonly x: number;
  readonly y: number;
}
export type Scale = (typeof scales)[number];
export const scales = [1, 2, 4] as const;
export enum Unit {
  One = 1,
  Two,
}
export enum Mode {
  Fast = "fast",
  Slow = "slow",
}
export const scaleBy = <T extends Vec>(v: T, s: Scale): T => ({ ...v, x: v.x * s });
