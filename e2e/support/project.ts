/** Projects of users: empty folders in which packages are installed, files written and commands run. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Project {
  readonly folder: string;
  /** Writes files, folders included. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly read: (file: string) => string;
  /** Copies a file or folder of the repository. */
  readonly copy: (from: string, to: string) => void;
  /** Runs a line of shell in the folder. Never throws for what the command does. */
  readonly run: (command: string, options?: RunOptions) => Promise<Run>;
  /** The same, and gives the standard output. Throws, with all that was printed, if the command fails. */
  readonly must: (command: string, options?: RunOptions) => Promise<string>;
  /** Installs packages, by npm. */
  readonly install: (...packages: readonly string[]) => Promise<void>;
  readonly remove: () => void;
}

/** A new project in a folder of its own, with the given files; with a package.json of type "module" unless they hold one. */
export function makeProject(files: Readonly<Record<string, string>> = {}): Project {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-e2e-"));
  const write = (written: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(written)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  };
  write({ "package.json": `${JSON.stringify({ private: true, type: "module" })}\n`, ...files });
  const run = (command: string, options?: RunOptions): Promise<Run> => runIn(folder, command, options);
  const must = async (command: string, options?: RunOptions): Promise<string> => {
    const { status, stdout, stderr } = await run(command, options);
    if (status !== 0) throw new Error(`\`${command}\` gave exit code ${status}\n${stdout}\n${stderr}`);
    return stdout;
  };
  return {
    folder,
    write,
    read: (file) => readFileSync(join(folder, file), "utf8"),
    copy: (from, to) => cpSync(join(repository, from), join(folder, to), { recursive: true }),
    run,
    must,
    async install(...packages) {
      await must(`npm install --prefer-offline --no-audit --no-fund ${packages.map((p) => `'${p}'`).join(" ")}`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The environment of a user's shell: without what npm and the test runner put into ours. */
export function userEnvironment(): Record<string, string> {
  const own =
    /^(npm_(?!config_(registry|cache|userconfig)$)|VITEST|NODE_OPTIONS$|NODE_ENV$|NODE_PATH$|INIT_CWD$|FORCE_COLOR$|NO_COLOR$)/;
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || own.test(name) ? [] : [[name, name === "PATH" ? withoutOurs(value) : value] as const],
  );
  return Object.fromEntries(kept);
}

/** A search path on which this repository's own tools cannot stand in for those of a project. */
const withoutOurs = (path: string): string =>
  path
    .split(":")
    .filter((part) => !part.includes("node_modules/.bin"))
    .join(":");

function runIn(folder: string, command: string, { env = {} }: RunOptions = {}): Promise<Run> {
  return new Promise((finish, fail) => {
    const child = spawn("bash", ["-c", command], {
      cwd: folder,
      env: { ...userEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", fail);
    child.on("close", (status) => finish({ status, stdout, stderr }));
  });
}

/** The range in which the repository has a development dependency, as `name@range`: what tests install beside ours. */
export function pinned(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const range = devDependencies[name];
  if (range === undefined) throw new Error(`package.json has no development dependency ${name}`);
  return `${name}@${range}`;
}
