import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Puts the page beside its script, for bundlers that do not read pages. Vite does. */
export function copyPage(folder) {
  const page = readFileSync("index.html", "utf8").replace("./src/main.ts", "./main.js");
  writeFileSync(join(folder, "index.html"), page);
  copyFileSync("style.css", join(folder, "style.css"));
}
