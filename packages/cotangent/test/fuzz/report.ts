/** What a run has seen: programs by what became of them, pairs of constructs that have met, refusals, failures. */
import type { Result } from "./run.ts";

/** A tally as it is kept between runs. */
interface Saved {
  readonly counts: readonly [accepted: number, refused: number, failed: number, mutating: number];
  readonly points: readonly [compared: number, passedOver: number];
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly made: readonly (readonly [string, number])[];
  readonly refusedWith: readonly (readonly [string, number])[];
  readonly codes: readonly (readonly [string, { count: number; example: string }])[];
  /** By the names of two constructs, joined. */
  readonly met: readonly (readonly [string, number])[];
}

export class Tally {
  readonly #names: readonly string[];
  readonly #met: Map<string, number>[];
  readonly #made = new Map<string, number>();
  readonly #refusedWith = new Map<string, number>();
  readonly #codes = new Map<string, { count: number; example: string }>();
  readonly failures: Result[] = [];
  readonly #seeds = new Set<number>();
  /** Failures and seconds of runs before this one. */
  #before = { failed: 0, seconds: 0 };
  accepted = 0;
  refused = 0;
  mutating = 0;
  compared = 0;
  passedOver = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#met = names.map(() => new Map());
  }

  get failed(): number {
    return this.#before.failed + this.failures.length;
  }

  get total(): number {
    return this.accepted + this.refused + this.failed;
  }

  /** What `text` of an earlier run says is counted too. */
  resume(text: string): void {
    const saved = JSON.parse(text) as Saved;
    [this.accepted, this.refused, this.#before.failed, this.mutating] = saved.counts;
    [this.compared, this.passedOver] = saved.points;
    this.#before.seconds = saved.seconds;
    for (const seed of saved.seeds) this.#seeds.add(seed);
    for (const [name, count] of saved.made) this.#made.set(name, count);
    for (const [name, count] of saved.refusedWith) this.#refusedWith.set(name, count);
    for (const [code, known] of saved.codes) this.#codes.set(code, known);
    for (const [pair, count] of saved.met) {
      const [i, j] = pair.split(" × ").map((name) => this.#names.indexOf(name)) as [number, number];
      if (i >= 0 && j >= 0) (this.#met[Math.min(i, j)] as Map<string, number>).set(String(Math.max(i, j)), count);
    }
  }

  /** The tally as text that `resume` takes. */
  save(seed: number, seconds: number): string {
    const saved: Saved = {
      counts: [this.accepted, this.refused, this.failed, this.mutating],
      points: [this.compared, this.passedOver],
      seconds: this.#before.seconds + seconds,
      seeds: [...this.#seeds.add(seed)],
      made: [...this.#made],
      refusedWith: [...this.#refusedWith],
      codes: [...this.#codes],
      met: this.#met.flatMap((row, i) =>
        [...row].map(([j, count]) => [`${this.#names[i]} × ${this.#names[Number(j)]}`, count] as const),
      ),
    };
    return JSON.stringify(saved);
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
    const rate = (this.total / Math.max(this.#before.seconds + seconds, 1e-3)).toFixed(1);
    return `${this.accepted} accepted, ${this.refused} refused, ${this.failed} failed (${rate} a second)`;
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
    lines.push(`failures    ${this.failed}`);
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
