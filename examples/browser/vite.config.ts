import cotangent from "cotangent/plugin";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  plugins: [cotangent.vite()],
});
