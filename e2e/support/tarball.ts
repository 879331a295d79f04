/**
 * The package as it would be published: packed once for all end-to-end tests, which install it from the file that
 * `inject("tarball")` names. What a test sees is then what a user gets, and not what lies in the repository.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { repository } from "./project.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The path of the packed package. */
    tarball: string;
  }
}

let folder: string | undefined;

/** Packs the package into `folder` and gives the file's path. */
export function pack(folder: string): string {
  const args = ["pack", "--workspace", "cotangent", "--pack-destination", folder, "--silent"];
  execFileSync("npm", args, { cwd: repository, stdio: ["ignore", "ignore", "inherit"] });
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (name === undefined) throw new Error("npm pack wrote no tarball");
  return join(folder, name);
}

export function setup(project: TestProject): void {
  const packed = process.env.COTANGENT_TARBALL;
  if (packed) {
    // For repeated runs while writing tests: packing takes half a minute.
    project.provide("tarball", resolve(packed));
    return;
  }
  folder = mkdtempSync(join(tmpdir(), "cotangent-pack-"));
  project.provide("tarball", pack(folder));
}

export function teardown(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
