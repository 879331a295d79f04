/** What a run has seen: programs by what became of them, pairs of constructs that have met, refusals, failures. */
import type { Result } from "./run.ts";

export class Tally {
  readonly #names: readonly string[];
  readonly #met: Map<string, number>[];
  readonly #made = new Map<string, number>();
  readonly #refusedWith = new Map<string, number>();
  readonly #codes = new Map<string, { count: number; example: string }>();
  readonly failures: Result[] = [];
  accepted = 0;
  refused = 0;
  mutating = 0;
  compared = 0;
  passedOver = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#met = names.map(() => new Map());
  }

  get total(): number {
    return this.accepted + this.refused + this.failures.length;
  }

  add(result: Result): void {
    const { outcome, program } = result;
    const used = this.#names.flatMap((name, i) => (program.used.has(name) ? [i] : []));
    for (const i of used) bump(this.#made, this.#names[i] as string);
    switch (outcome.kind) {
      case "failed":
        this.failures.push(result);
        break;
      case "refused": {
        this.refused++;
        for (const i of used) bump(this.#refusedWith, this.#names[i] as string);
        const known = this.#codes.get(outcome.code) ?? { count: 0, example: `program ${result.n}: ${outcome.message}` };
        this.#codes.set(outcome.code, { ...known, count: known.count + 1 });
        break;
      }
      case "accepted":
        this.accepted++;
        this.mutating += program.mutatesInLoop ? 1 : 0;
        this.compared += outcome.compared;
        this.passedOver += outcome.passedOver;
        for (const i of used) for (const j of used) if (i < j) bump(this.#met[i] as Map<string, number>, String(j));
        break;
      default:
        outcome satisfies never;
    }
  }

  /** One line for a terminal. */
  line(seconds: number): string {
    const rate = (this.total / Math.max(seconds, 1e-3)).toFixed(1);
    return `${this.accepted} accepted, ${this.refused} refused, ${this.failures.length} failed (${rate} a second)`;
  }

  text(seconds: number, wanted = 100): string {
    const pairs = this.#names.flatMap((first, i) =>
      this.#names.slice(i + 1).map((second, k) => ({
        name: `${first} × ${second}`,
        count: this.#met[i]?.get(String(i + 1 + k)) ?? 0,
      })),
    );
    const sorted = pairs.toSorted((a, b) => a.count - b.count);
    const rare = sorted.filter(({ count }) => count < wanted);
    const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
    const lines = [
      `programs    ${this.line(seconds)}`,
      `mutation    ${percent(this.mutating, this.accepted)} of those accepted mutate inside of a loop`,
      `differences ${percent(this.compared, this.compared + this.passedOver)} of points compared, the rest at kinks or out of range`,
      `constructs  ${this.#names.length}; pairs ${pairs.length}, met ${sorted[0]?.count ?? 0} times at least, ${sorted[sorted.length >> 1]?.count ?? 0} in the median; ${rare.length} below ${wanted}`,
    ];
    const shown = rare.slice(0, 12).map(({ name, count }) => `  ${String(count).padStart(5)}  ${name}`);
    if (rare.length > 0) lines.push(...shown, ...(rare.length > 12 ? [`         and ${rare.length - 12} more`] : []));
    lines.push(`refusals    ${percent(this.refused, this.total)}`);
    for (const [code, { count, example }] of [...this.#codes].sort((a, b) => b[1].count - a[1].count))
      lines.push(`  ${String(count).padStart(5)}  ${code}, as ${example.slice(0, 160)}`);
    const often = this.#names
      .map((name) => ({ name, share: (this.#refusedWith.get(name) ?? 0) / Math.max(this.#made.get(name) ?? 0, 1) }))
      .sort((a, b) => b.share - a.share);
    lines.push(
      `  most with ${often
        .slice(0, 5)
        .map(({ name, share }) => `${name} ${percent(share, 1)}`)
        .join(", ")}`,
    );
    lines.push(`failures    ${this.failures.length}`);
    return lines.join("\n");
  }
}

function bump(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** A failing program as it can be pasted into the corpus, and how to make it again. */
export function showFailure({ n, program, outcome }: Result, seed: number): string {
  const law =
    outcome.kind === "failed"
      ? `${outcome.law}: ${outcome.message}`
      : outcome.kind === "refused"
        ? `refused, ${outcome.code}: ${outcome.message}`
        : outcome.kind;
  const points = program.points.map((point) => `// at ${point}`).join("\n");
  return `--- program ${n} (npm run fuzz -- --seed ${seed} --program ${n})\n${law}\n${points}\n${program.text}`;
}
