#!/usr/bin/env node
// The `cotangent` command. This file is committed, because npm links a command at install only if its file exists;
// all it does is to load the built program, which runs on import.
import { existsSync } from "node:fs";

const program = new URL("../dist/cli/main.js", import.meta.url);

if (existsSync(program)) {
  await import(program.href);
} else {
  console.error("cotangent is not built yet: dist/cli/main.js is missing. Run `npm run build` first.");
  process.exitCode = 2;
}
