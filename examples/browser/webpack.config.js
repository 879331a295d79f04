import cotangent from "cotangent/plugin";
import { copyPage } from "./copy-page.js";

export default {
  mode: "production",
  // Webpack's own default while developing is `eval`, which a strict Content-Security-Policy forbids.
  devtool: "source-map",
  entry: "./src/main.ts",
  module: { rules: [{ test: /\.ts$/, loader: "esbuild-loader", options: { target: "es2022" } }] },
  plugins: [
    cotangent.webpack(),
    { apply: ({ hooks }) => hooks.afterEmit.tap("page", ({ outputOptions }) => copyPage(outputOptions.path)) },
  ],
};
