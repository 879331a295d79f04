/**
 * A house through a winter week: layered walls conduct, windows let the sun in, air leaks, a controller heats. The loss
 * compares what sensors measured with what the model says, and adds what is known of its parameters. `bench/compile.ts`
 * measures how long its gradient takes to compile.
 */

/** A layer of a wall: thickness in m, conductivity in W/(m K), heat capacity in J/(m³ K). */
interface Layer {
  thickness: number;
  conductivity: number;
  capacity: number;
}

interface Wall {
  area: number;
  layers: Layer[];
}

interface Window {
  area: number;
  transmittance: number;
  /** Degrees from south. */
  azimuth: number;
}

interface Controller {
  setpoint: number;
  nightSetback: number;
  gain: number;
  /** Largest power in W. */
  limit: number;
}

interface House {
  walls: Wall[];
  windows: Window[];
  /** In m³. */
  volume: number;
  /** Changes of air per hour, at a draught of 1. */
  leakage: number;
  controller: Controller;
  groundLoss: number;
}

interface Weather {
  outside: Float64Array;
  sun: Float64Array;
  wind: Float64Array;
}

interface State {
  air: number;
  /** Temperatures of the nodes of each wall. */
  nodes: number[][];
  energy: number;
}

interface Prior {
  mean: number;
  deviation: number;
}

const airDensity = 1.2;
const airHeat = 1005;
const nodesPerLayer = 3;
const insideFilm = 8;
const outsideFilm = 25;

// ------------------------------------------------------------------------------------------------------ Small things

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}

function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Max that has no kink, over a width of 1 / sharpness. */
function smoothMax(a: number, b: number, sharpness: number): number {
  return b + softplus((a - b) * sharpness) / sharpness;
}

function sum(xs: readonly number[]): number {
  return xs.reduce((total, x) => total + x, 0);
}

function mean(xs: readonly number[]): number {
  return sum(xs) / xs.length;
}

function huber(residual: number, width: number): number {
  const size = Math.abs(residual);
  return size < width ? 0.5 * residual * residual : width * (size - 0.5 * width);
}

function interpolate(table: Float64Array, at: number): number {
  const last = table.length - 1;
  const position = clamp(at, 0, last);
  const i = Math.min(Math.floor(position), last - 1);
  const t = position - i;
  return table[i]! * (1 - t) + table[i + 1]! * t;
}

// -------------------------------------------------------------------------------------------------------------- Walls

function resistance(layer: Layer): number {
  return layer.thickness / layer.conductivity;
}

/** Heat that a wall conducts in the long run, in W/(m² K). */
function transmittance(wall: Wall): number {
  const films = 1 / insideFilm + 1 / outsideFilm;
  return 1 / (films + sum(wall.layers.map(resistance)));
}

function nodeCapacities(wall: Wall): number[] {
  return wall.layers.flatMap((layer) => {
    const each = (layer.thickness * layer.capacity) / nodesPerLayer;
    return Array.from({ length: nodesPerLayer }, () => each);
  });
}

/** Conductances between neighbouring nodes, the air inside before the first and the air outside behind the last. */
function conductances(wall: Wall): number[] {
  const halves = wall.layers.flatMap((layer) => {
    const half = resistance(layer) / (2 * nodesPerLayer);
    return Array.from({ length: nodesPerLayer }, () => half);
  });
  const result = [1 / (1 / insideFilm + halves[0]!)];
  for (let i = 1; i < halves.length; i++) result.push(1 / (halves[i - 1]! + halves[i]!));
  result.push(1 / (halves[halves.length - 1]! + 1 / outsideFilm));
  return result;
}

/** Solves a tridiagonal system in place of its right-hand side (Thomas). */
function solveTridiagonal(below: number[], diagonal: number[], above: number[], right: number[]): void {
  const n = right.length;
  for (let i = 1; i < n; i++) {
    const factor = below[i]! / diagonal[i - 1]!;
    diagonal[i] = diagonal[i]! - factor * above[i - 1]!;
    right[i] = right[i]! - factor * right[i - 1]!;
  }
  right[n - 1] = right[n - 1]! / diagonal[n - 1]!;
  for (let i = n - 2; i >= 0; i--) right[i] = (right[i]! - above[i]! * right[i + 1]!) / diagonal[i]!;
}

/** One implicit step of a wall; gives the heat that the room loses to it, in W. */
function stepWall(wall: Wall, nodes: number[], inside: number, outside: number, seconds: number): number {
  const capacities = nodeCapacities(wall);
  const between = conductances(wall);
  const n = nodes.length;
  const below = new Array<number>(n).fill(0);
  const above = new Array<number>(n).fill(0);
  const diagonal = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) {
    const inward = between[i]!;
    const outward = between[i + 1]!;
    const inertia = capacities[i]! / seconds;
    diagonal[i] = inertia + inward + outward;
    below[i] = -inward;
    above[i] = -outward;
    nodes[i] = nodes[i]! * inertia;
  }
  nodes[0] = nodes[0]! + between[0]! * inside;
  nodes[n - 1] = nodes[n - 1]! + between[n]! * outside;
  solveTridiagonal(below, diagonal, above, nodes);
  return wall.area * between[0]! * (inside - nodes[0]!);
}

// --------------------------------------------------------------------------------------------------------- Sun and air

function sunHeight(hour: number): number {
  return Math.max(0, Math.sin(((hour - 7) / 10) * Math.PI));
}

function incidence(window: Window, hour: number): number {
  const direction = (hour - 12) * 15;
  const angle = ((direction - window.azimuth) * Math.PI) / 180;
  return Math.max(0, Math.cos(angle)) * sunHeight(hour);
}

function solarGain(house: House, sun: number, hour: number): number {
  let gain = 0;
  for (const window of house.windows) gain += window.area * window.transmittance * sun * incidence(window, hour);
  return gain;
}

function leakageFlow(house: House, inside: number, outside: number, wind: number): number {
  const stack = 0.02 * Math.abs(inside - outside);
  return ((house.leakage * house.volume) / 3600) * Math.sqrt(stack + 0.01 * wind * wind + 1e-6);
}

function ventilationLoss(house: House, inside: number, outside: number, wind: number): number {
  return airDensity * airHeat * leakageFlow(house, inside, outside, wind) * (inside - outside);
}

function groundLoss(house: House, inside: number): number {
  return house.groundLoss * (inside - 9);
}

// ------------------------------------------------------------------------------------------------------------- Heating

function isNight(hour: number): boolean {
  return hour < 6 || hour >= 22;
}

function wanted(controller: Controller, hour: number): number {
  return isNight(hour) ? controller.setpoint - controller.nightSetback : controller.setpoint;
}

function heating(controller: Controller, inside: number, hour: number): number {
  const demand = controller.gain * (wanted(controller, hour) - inside);
  return controller.limit * sigmoid(smoothMax(demand, 0, 0.02) / controller.limit - 2) * (demand > -500 ? 1 : 0.5);
}

// ---------------------------------------------------------------------------------------------------------- Simulation

function initialState(house: House, outside: number): State {
  const air = house.controller.setpoint;
  const nodes = house.walls.map((wall) => {
    const count = wall.layers.length * nodesPerLayer;
    return Array.from({ length: count }, (_, i) => air + ((outside - air) * (i + 0.5)) / count);
  });
  return { air, nodes, energy: 0 };
}

function step(house: House, state: State, weather: Weather, minute: number, minutes: number): void {
  const hour = (minute / 60) % 24;
  const at = minute / 60;
  const outside = interpolate(weather.outside, at);
  const seconds = minutes * 60;
  let lost = groundLoss(house, state.air) + ventilationLoss(house, state.air, outside, interpolate(weather.wind, at));
  house.walls.forEach((wall, i) => {
    lost += stepWall(wall, state.nodes[i]!, state.air, outside, seconds);
  });
  const heat = heating(house.controller, state.air, hour);
  const gained = heat + solarGain(house, interpolate(weather.sun, at), hour) + 250;
  const capacity = airDensity * airHeat * house.volume * 5;
  state.air += ((gained - lost) * seconds) / capacity;
  state.energy += heat * seconds;
}

/** The temperature inside at the end of each hour, and the energy that was used in kWh. */
function simulate(house: House, weather: Weather, hours: number): { temperatures: number[]; energy: number } {
  const state = initialState(house, weather.outside[0]!);
  const temperatures: number[] = [];
  const minutes = 10;
  for (let minute = 0; minute < hours * 60; minute += minutes) {
    step(house, state, weather, minute, minutes);
    if ((minute + minutes) % 60 === 0) temperatures.push(state.air);
  }
  return { temperatures, energy: state.energy / 3.6e6 };
}

// ---------------------------------------------------------------------------------------------------------------- Loss

function logPrior(x: number, { mean: center, deviation }: Prior): number {
  const z = (x - center) / deviation;
  return -0.5 * z * z - Math.log(deviation);
}

function priors(house: House): number {
  let total = logPrior(house.leakage, { mean: 0.3, deviation: 0.2 });
  total += logPrior(Math.log(house.groundLoss), { mean: 3, deviation: 1 });
  for (const wall of house.walls) {
    total += logPrior(Math.log(transmittance(wall)), { mean: -1, deviation: 0.7 });
    for (const { conductivity } of wall.layers) total -= softplus(-conductivity * 100);
  }
  return total;
}

function comfort(temperatures: readonly number[], controller: Controller): number {
  return mean(temperatures.map((t) => huber(Math.min(0, t - controller.setpoint + 1), 1)));
}

/** How badly the model fits what was measured; smaller is better. */
export function loss(house: House, weather: Weather, measured: Float64Array, used: number): number {
  const { temperatures, energy } = simulate(house, weather, measured.length);
  let misfit = 0;
  temperatures.forEach((t, i) => {
    misfit += huber((t - measured[i]!) / 0.3, 2);
  });
  const bill = (energy - used) / (0.1 * used + 1);
  return misfit / measured.length + bill * bill + comfort(temperatures, house.controller) - priors(house);
}
