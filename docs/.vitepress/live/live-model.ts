import type { Mesh } from 'fieldsmith/geometry';
import { modelFromOnnx, openSurrogate } from 'fieldsmith/inference';
import { assemble, solve } from 'fieldsmith/solvers';
import { plate, spotProblem } from './live-problem.js';

/** Where the page finds what it needs; all of it lies on the site. */
export interface LiveAddresses {
  readonly model: string;
  readonly wasmPaths: string;
}

/** Every fourth of a dozen colours of viridis, as [red, green, blue]. */
const COLOURS = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

/** Opens the model in the page, and answers the slider in `element` from then on. */
export async function startLiveModel(element: HTMLElement, addresses: LiveAddresses): Promise<void> {
  const { slider, status, predicted, solved } = layOut(element);
  const bytes = new Uint8Array(await (await fetch(addresses.model)).arrayBuffer());
  const surrogate = await openSurrogate(modelFromOnnx(bytes), {
    device: 'wasm',
    wasmPaths: addresses.wasmPaths,
    threads: 1,
  });
  const since = performance.now();
  const { operator } = assemble(spotProblem(0.5));
  const types = Object.fromEntries(
    Object.entries(spotProblem(0.5).boundaryConditions).map(([name, { type }]) => [
      name,
      type as 'dirichlet' | 'neumann',
    ]),
  );
  const model = await surrogate.reduce(operator, types);
  const encoding = performance.now() - since;

  let asked = 0;
  const answer = async () => {
    const turn = ++asked;
    const problem = spotProblem(slider.valueAsNumber / 100);
    const { rightHandSide } = assemble(problem);
    const start = performance.now();
    const [field] = model.apply([rightHandSide]).fields;
    const between = performance.now();
    const { solution } = await solve(problem, { nonOrthogonalCorrection: false, relativeTolerance: 1e-10 });
    const end = performance.now();
    if (turn !== asked) return;
    const top = solution.reduce((most, value) => Math.max(most, value), 0);
    draw(predicted, plate, field, top);
    draw(solved, plate, solution, top);
    const hottest = field.reduce((most, value) => Math.max(most, value), 0);
    status.textContent =
      `Hottest cell ${hottest.toFixed(4)}, error ${(100 * relativeL2(field, solution)).toFixed(4)} % of the solver’s field. ` +
      `Encoded once in ${encoding.toFixed(0)} ms; this answer ${(between - start).toFixed(1)} ms, the solver ${(end - between).toFixed(1)} ms.`;
    element.dataset.hottest = String(hottest);
    element.dataset.x = String(slider.valueAsNumber / 100);
  };
  slider.disabled = false;
  slider.addEventListener('input', () => void answer());
  await answer();
}

function layOut(element: HTMLElement) {
  const make = <Name extends keyof HTMLElementTagNameMap>(name: Name, parent: HTMLElement, text = '') => {
    const made = document.createElement(name);
    made.textContent = text;
    return parent.appendChild(made);
  };
  element.replaceChildren();
  const label = make('label', element, 'Place of the heat source');
  const slider = make('input', label);
  Object.assign(slider, { type: 'range', min: '5', max: '95', step: '1', value: '50', disabled: true });
  const pictures = make('div', element);
  const picture = (caption: string) => {
    const figure = make('figure', pictures);
    const canvas = make('canvas', figure);
    Object.assign(canvas, { width: 480, height: 480 });
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `Temperatures of the plate: ${caption}`);
    make('figcaption', figure, caption);
    return canvas;
  };
  const [predicted, solved] = [picture('surrogate'), picture('solver')];
  const status = make('p', element, 'Loading the model …');
  status.setAttribute('role', 'status');
  return { slider, status, predicted, solved };
}

/** Fills every cell with the colour of its value between 0 and `top`. */
function draw(canvas: HTMLCanvasElement, mesh: Mesh, values: ArrayLike<number>, top: number): void {
  const context = canvas.getContext('2d')!;
  const scale = canvas.width / (2 * Math.PI);
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    context.beginPath();
    for (let i = mesh.cellOffsets[cell]; i < mesh.cellOffsets[cell + 1]; i++) {
      const point = 2 * mesh.cellPoints[i];
      context.lineTo(scale * mesh.points[point], canvas.height - scale * mesh.points[point + 1]);
    }
    context.closePath();
    context.fillStyle = context.strokeStyle = colourOf(values[cell] / top);
    context.fill();
    // over the seam that smoothing leaves between neighbours
    context.stroke();
  }
}

function colourOf(share: number): string {
  const at = Math.min(Math.max(share, 0), 1) * (COLOURS.length - 1);
  const low = Math.min(Math.floor(at), COLOURS.length - 2);
  const mixed = COLOURS[low].map((value, i) => value + (at - low) * (COLOURS[low + 1][i] - value));
  return `rgb(${mixed.map(Math.round).join(' ')})`;
}

function relativeL2(field: ArrayLike<number>, reference: Float64Array): number {
  let [difference, size] = [0, 0];
  reference.forEach((value, i) => {
    difference += (field[i] - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}
