/**
 * Loads a large script and keeps what V8 made of it. To parse and compile TypeScript's compiler takes V8 longer than all
 * that we ask of it, so the engine's code cache is kept in a file and used by the next process. A cache is only valid for
 * one script and one build of the engine, which its name spells out; V8 itself refuses one that does not fit, but trusts
 * its bytes, so a checksum stands behind them. Where nothing can be written there is no cache, and loading takes its time.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";
import { isMainThread, threadId } from "node:worker_threads";
import { crc32 } from "node:zlib";

/** A script that has been loaded, and where its cache belongs; none if one is there that fits. */
interface Loaded {
  readonly script: Script;
  readonly candidates: readonly string[];
}

let unsaved: Loaded | undefined;

/**
 * What the CommonJS module in `file` exports. The file's text is ASCII and is an expression: the function of `exports`,
 * `require`, `module`, `__filename` and `__dirname` that Node would wrap around it.
 */
export function loadScript(file: string, directories: readonly string[] = cacheDirectories(file)): unknown {
  const bytes = readFileSync(file);
  // Latin-1 is taken as it is; UTF-8 would be decoded, which takes as long as compiling.
  const text = bytes.toString("latin1");
  const name = `${basename(file)}-${bytes.length}-${crc32(bytes)}-${process.arch}-${cachedDataVersionTag()}.cache`;
  const candidates = directories.map((directory) => join(directory, name));
  const cachedData = readFirst(candidates);
  const script = new Script(text, { filename: file, ...(cachedData ? { cachedData } : {}) });
  if (!cachedData || script.cachedDataRejected) unsaved = { script, candidates };
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

/**
 * Says that the loaded script has done its work once, so that the functions it needs are compiled: they are kept for the
 * next process. Never throws.
 */
export function keepCompiledCode(): void {
  const loaded = unsaved;
  unsaved = undefined;
  if (!loaded) return;
  // The main thread answers first. Another thread ends with the program, at any time.
  if (isMainThread) setImmediate(save, loaded);
  else save(loaded);
}

function save({ script, candidates }: Loaded): void {
  const code = script.createCachedData();
  const data = Buffer.concat([code, checksum(code)]);
  candidates.some((file) => replaceFile(file, data));
}

/** Other processes may write the same file now: whole files take each other's place. False if it cannot be written. */
function replaceFile(file: string, data: Buffer): boolean {
  const temporary = `${file}.${process.pid}-${threadId}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch {
    return false;
  }
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, file);
    return true;
  } catch {
    rmSync(temporary, { force: true });
    return false;
  }
}

function readFirst(files: readonly string[]): Buffer | undefined {
  for (const file of files) {
    try {
      const data = readFileSync(file);
      const code = data.subarray(0, -4);
      if (checksum(code).equals(data.subarray(-4))) return code;
    } catch {
      // The next place.
    }
  }
  return undefined;
}

function checksum(code: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(code));
  return sum;
}

/**
 * Where the cache of a script of this package may be, best first: what is in a cache is run, so a place must not be
 * writable for those who cannot change the package or the user's own files. A folder for temporary files would be. The
 * variable that turns off Node's own cache of compiled code turns this one off.
 */
function cacheDirectories(file: string): string[] {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return [];
  const below = file.lastIndexOf(`${sep}node_modules${sep}`);
  const installed = below < 0 ? [] : [join(file.slice(0, below), "node_modules", ".cache", "cotangent")];
  return [...installed, join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "cotangent")];
}
