/**
 * The net, let go and drawn as it swings and settles. All forces come from `valueAndGrad`: what the browser gets is the
 * derivative as code, made when this was bundled, and no compiler.
 */
import { valueAndGrad } from "cotangent";
import { columns, energy, rows, startOfNet } from "./model.ts";

const inertia = 0.008;
const damping = 1.6;
const timeStep = 1 / 960;
const stepsPerFrame = 16;

/** Energy and gradient of the net as it hangs on `pegs`, wherever those are when it is asked. */
function forcesOn(pegs: Float64Array): (positions: Float64Array) => [number, Float64Array] {
  const energyOf = (positions: Float64Array): number => energy(positions, pegs);
  return valueAndGrad(energyOf);
}

const pegs = Float64Array.of(-0.5, 0, 0, 0, 0.5, 0);
const forces = forcesOn(pegs);
const positions = startOfNet(pegs);
const velocities = new Float64Array(positions.length);

const [firstEnergy, firstGradient] = forces(positions);
write("#start", JSON.stringify({ energy: firstEnergy, gradient: Array.from(firstGradient) }));

let frames = 0;
let spent = 0;
function showFrame(): void {
  const from = performance.now();
  let value = 0;
  for (let step = 0; step < stepsPerFrame; step++) {
    const [now, gradient] = forces(positions);
    value = now;
    for (let i = 0; i < positions.length; i++) {
      velocities[i] += timeStep * (-gradient[i] / inertia - damping * velocities[i]);
      positions[i] += timeStep * velocities[i];
    }
  }
  spent += performance.now() - from;
  draw();
  if (++frames % 30 === 0) {
    write("#energy", value.toFixed(4));
    write("#speed", `${((1000 * spent) / (30 * stepsPerFrame)).toFixed(0)} µs`);
    spent = 0;
  }
  requestAnimationFrame(showFrame);
}

function draw(): void {
  const at = (row: number, column: number): string => {
    const knot = row * columns + column;
    return `${positions[2 * knot].toFixed(4)} ${positions[2 * knot + 1].toFixed(4)}`;
  };
  let threads = "";
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) threads += `${column === 0 ? "M" : "L"}${at(row, column)}`;
  }
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) threads += `${row === 0 ? "M" : "L"}${at(row, column)}`;
  }
  find("#threads").setAttribute("d", threads);
  document.querySelectorAll(".peg").forEach((peg, i) => {
    peg.setAttribute("cx", String(pegs[2 * i]));
    peg.setAttribute("cy", String(pegs[2 * i + 1]));
  });
}

function find(selector: string): Element {
  const found = document.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

function write(selector: string, text: string): void {
  find(selector).textContent = text;
}

const picture = find("#picture") as SVGSVGElement;
document.querySelectorAll<SVGCircleElement>(".peg").forEach((peg, i) => {
  peg.addEventListener("pointerdown", ({ pointerId }) => peg.setPointerCapture(pointerId));
  peg.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    const toScreen = picture.getScreenCTM();
    if (!toScreen || !peg.hasPointerCapture(pointerId)) return;
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(toScreen.inverse());
    pegs[2 * i] = x;
    pegs[2 * i + 1] = y;
  });
});
draw();
write("#size", String(positions.length));
requestAnimationFrame(showFrame);
