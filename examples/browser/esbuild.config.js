import cotangent from "cotangent/plugin";
import { build } from "esbuild";
import { copyPage } from "./copy-page.js";

const [outdir = "dist"] = process.argv.slice(2);

await build({
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  outdir,
  plugins: [cotangent.esbuild()],
});
copyPage(outdir);
