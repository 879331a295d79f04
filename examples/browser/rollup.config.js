import nodeResolve from "@rollup/plugin-node-resolve";
import cotangent from "cotangent/plugin";
import { transform } from "esbuild";
import { copyPage } from "./copy-page.js";

// Rollup reads no TypeScript. What strips the types must take the text that it is given, from plugins before it.
const stripTypes = {
  name: "strip-types",
  transform: (code, id) => (/\.ts(\?|$)/.test(id) ? transform(code, { loader: "ts", sourcemap: true }) : undefined),
};

export default {
  input: "src/main.ts",
  plugins: [cotangent.rollup(), nodeResolve(), stripTypes, { name: "page", writeBundle: ({ dir }) => copyPage(dir) }],
  output: { dir: "dist", sourcemap: true },
};
