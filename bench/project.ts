// What it costs to differentiate in a project of many files, most of which have nothing to do with it: time and memory
// to open it with and without leaving out what cannot matter, and the time from an edit to the new derivative. Each
// measurement is a process of its own. `npm run bench:project`; `-- --files 400` for another size.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openOn } from "../packages/cotangent/src/api/compile.ts";
import { completeProgram, openSource } from "../packages/cotangent/src/frontend/program/source.ts";

const modelFiles = 20;

/** Texts by path: a model of a chain of numerical modules, and an interface of views that show each other. */
function generateProject(count: number): Map<string, string> {
  const texts = new Map<string, string>();
  for (let i = 0; i < modelFiles; i++) {
    const next = i + 1 < modelFiles ? `import { layer${i + 1} } from "./layer${i + 1}.ts";\n` : "";
    const rest = i + 1 < modelFiles ? `layer${i + 1}(ys, weights)` : "ys.reduce((s, y) => s + y, 0)";
    texts.set(
      `model/layer${i}.ts`,
      `${next}export function layer${i}(xs: readonly number[], weights: Float64Array): number {
  const ys = xs.map((x, j) => Math.tanh(x * (weights[j % weights.length] ?? 0) + ${i} / 10));
  return ${rest};
}
export function describe${i}(): string {
  return "layer ${i}";
}
`,
    );
  }
  const views = count - modelFiles - 1;
  for (let i = 0; i < views; i++) {
    const shown = [i + 1, i + 7].filter((j) => j < views);
    const members = Array.from({ length: 40 }, (_, m) => {
      return `  on${m}(event: Event${i}): Promise<Map<string, State${i}["entries"]>> {
    const found = this.state.entries.filter((e) => e.label.includes(event.label)).map((e) => ({ ...e, seen: true }));
    return Promise.resolve(new Map([[event.label, found]]));
  }`;
    });
    texts.set(
      `views/view${i}.ts`,
      `${shown.map((j) => `import { View${j} } from "./view${j}.ts";`).join("\n")}
export interface Event${i} { readonly label: string; readonly at: Date }
export interface State${i} { readonly entries: readonly { readonly label: string; readonly seen?: boolean }[] }
export class View${i} {
  readonly state: State${i} = { entries: [] };
  readonly children = [${shown.map((j) => `new View${j}()`).join(", ")}];
${members.join("\n")}
}
`,
    );
  }
  texts.set(
    "main.ts",
    `import { grad } from "cotangent";
import { layer0 } from "./model/layer0.ts";
import { View0 } from "./views/view0.ts";
export function loss(weights: Float64Array): number {
  return layer0([0.1, 0.2, 0.3], weights) ** 2;
}
export function penalty(x: number): number {
  return Math.log(x) * x;
}
const view = new View0();
void view.on0({ label: String(grad(loss)(new Float64Array([1, 2, 3]))), at: new Date() });
`,
  );
  return texts;
}

type Kind = "reached" | "all";

interface Measurement {
  readonly open: number;
  readonly held: number;
  readonly peak: number;
  readonly small: number;
  readonly helper: number;
  readonly view: number;
  readonly moved: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** In megabytes. */
function heldMemory(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Runs in a process of its own. */
function measure(folder: string, kind: Kind): Measurement {
  // The compiler itself, and its index of the library, which an installed package brings along.
  const first = openSource({ cwd: "/", overlay: new Map([["/f.ts", "export const f = (x: number): number => x;"]]) });
  openOn(first).derive("/f.ts#f", { operator: "grad" });
  const before = heldMemory();
  const source = openSource({ cwd: folder });
  const time = (derive: () => unknown): number => {
    const from = performance.now();
    derive();
    return performance.now() - from;
  };
  const program = openOn(source);
  const derive = (name = "loss"): unknown => program.derive(`main.ts#${name}`, { operator: "grad" });
  const open = time(() => {
    if (kind === "all") completeProgram(source);
    derive();
  });
  const peak = process.resourceUsage().maxRSS / 1024;
  const held = heldMemory() - before;
  const edited = (file: string, edit: (text: string, i: number) => string, name = "loss"): number => {
    const text = source.textOf(file) ?? "";
    const times = Array.from({ length: 11 }, (_, i) =>
      time(() => {
        source.setText(file, edit(text, i));
        if (kind === "all") completeProgram(source);
        derive(name);
      }),
    );
    // The first ones warm up.
    return median(times.slice(4));
  };
  return {
    open,
    held,
    peak,
    small: edited("main.ts", (text, i) => text.replace("* x;", `* x + ${i};`), "penalty"),
    helper: edited("model/layer10.ts", (text, i) => text.replace("10 / 10", `10 / ${11 + i}`)),
    view: edited("main.ts", (text, i) => text.replace("new View0()", `new View0(/* ${i} */)`)),
    moved: edited("main.ts", (text, i) => `// ${"\n".repeat(i + 1)}${text}`),
  };
}

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "200" },
    runs: { type: "string", default: "5" },
    measure: { type: "string" },
    folder: { type: "string" },
  },
});

if (values.measure !== undefined && values.folder !== undefined) {
  console.log(JSON.stringify(measure(values.folder, values.measure as Kind)));
} else {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-project-"));
  for (const [file, text] of generateProject(Number(values.files))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const runs: Record<Kind, Measurement[]> = { reached: [], all: [] };
  for (let i = 0; i < Number(values.runs); i++) {
    for (const kind of ["reached", "all"] as const) {
      const args = [
        "--expose-gc",
        "--import",
        "tsx",
        fileURLToPath(import.meta.url),
        "--measure",
        kind,
        "--folder",
        folder,
      ];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
      runs[kind].push(JSON.parse(stdout) as Measurement);
    }
  }
  rmSync(folder, { recursive: true });
  const row = (name: string, of: (m: Measurement) => number, unit: string): void => {
    const cells = (["reached", "all"] as const).map((kind) => `${median(runs[kind].map(of)).toFixed(0)} ${unit}`);
    console.log(`${name.padEnd(46)}${cells.map((c) => c.padStart(12)).join("")}`);
  };
  console.log(`${values.files} files, medians of ${values.runs} processes`.padEnd(46), "    reached         all");
  row("open, and the first derivative", (m) => m.open, "ms");
  row("memory that the program holds", (m) => m.held, "MB");
  row("peak memory of the process", (m) => m.peak, "MB");
  row("edit of a function of one line", (m) => m.small, "ms");
  row("edit of one of 20 functions that it calls", (m) => m.helper, "ms");
  row("edit of a statement beside it", (m) => m.view, "ms");
  row("lines added above it", (m) => m.moved, "ms");
}
