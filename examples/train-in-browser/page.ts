import { compile, type HostArray, type Parameters, type SessionOptions } from 'fieldsmith/runtime';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { heldOut, relativeDifference, SIDE, trainUNet, uNet } from '../own-u-net.js';

const element = <Type extends HTMLElement>(id: string): Type => document.getElementById(id) as Type;
const status = (text: string): void => {
  element('status').textContent = text;
};

/** Steps between two pictures of the surrogate's answer. */
const EVERY = 10;

const start = element<HTMLButtonElement>('start');
const stop = element<HTMLButtonElement>('stop');
const download = element<HTMLButtonElement>('download');
let stopping: AbortController | undefined;
let trained: Uint8Array | undefined;

element<HTMLFormElement>('controls').addEventListener('submit', (event) => {
  event.preventDefault();
  void trainHere();
});
stop.addEventListener('click', () => stopping?.abort());
download.addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([trained as Uint8Array<ArrayBuffer>]));
  link.download = 'u-net.onnx';
  link.click();
  URL.revokeObjectURL(link.href);
});

async function trainHere(): Promise<void> {
  start.disabled = true;
  stop.disabled = false;
  download.disabled = true;
  stopping = new AbortController();
  const steps = element<HTMLInputElement>('steps').valueAsNumber;
  const notes: string[] = [];
  const session: SessionOptions = {
    device: element<HTMLSelectElement>('device').value as SessionOptions['device'],
    wasmPaths: new URL('ort/', location.href).href,
    onFallback: (message) => notes.push(message),
  };
  try {
    status('The solver computes the answers to learn from …');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const held = heldOut();
    const shown = first(held.source);
    draw('source', shown.data);
    draw('solver', held.field.data.subarray(0, SIDE * SIDE));
    const curve = lossCurve();
    const losses: number[] = [];
    let answer: Awaited<ReturnType<typeof preview>> | undefined;
    let since = performance.now();
    const { onnx } = await trainUNet({
      steps,
      ...session,
      signal: stopping.signal,
      onStep: async ({ step, loss, parameters }) => {
        losses.push(loss);
        if (step % EVERY !== 0 && step !== steps && step !== 1) return;
        const perStep = (performance.now() - since) / (step === 1 ? 1 : EVERY);
        curve.setData([losses.map((_, i) => i + 1), losses]);
        const weights = parameters();
        answer ??= await preview(weights, session);
        const field = await answer(weights, shown);
        draw('surrogate', field);
        const error = relativeDifference(field, held.field.data.subarray(0, SIDE * SIDE));
        status(
          `Step ${step} of ${steps}, loss ${loss.toPrecision(3)}, ${perStep.toFixed(0)} ms a step, ` +
            `error of the field shown ${(100 * error).toFixed(1)} %. ${notes.join(' ')}`,
        );
        // the page gets its turn to paint and to hear the stop button
        await new Promise((resolve) => setTimeout(resolve, 0));
        since = performance.now();
      },
    });
    trained = onnx;
    download.disabled = false;
  } catch (error) {
    status(`It failed: ${(error as Error).message}`);
  } finally {
    start.disabled = false;
    stop.disabled = true;
  }
}

/** The network with its weights among the inputs, so that one session shows all stages of the training. */
async function preview(like: Parameters, session: SessionOptions) {
  const specs = Object.fromEntries(
    Object.entries(like).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }]),
  );
  const compiled = await compile(
    (inputs) => ({ field: uNet(inputs, inputs.source) }),
    { ...specs, source: { shape: [1, SIDE, SIDE, 1], dtype: 'float32' } },
    session,
  );
  return async (parameters: Parameters, source: HostArray): Promise<Float32Array> => {
    const weights = Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, values }]) => [name, { shape, data: values }]),
    );
    return (await compiled.run({ ...weights, source })).field.data as Float32Array;
  };
}

const first = ({ data }: HostArray): HostArray => ({
  shape: [1, SIDE, SIDE, 1],
  data: data.slice(0, SIDE * SIDE),
});

/** Blue below zero, red above, white between; the largest magnitude is full colour. */
function draw(id: string, values: ArrayLike<number>): void {
  const canvas = element<HTMLCanvasElement>(id);
  canvas.width = SIDE;
  canvas.height = SIDE;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(SIDE, SIDE);
  const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  for (let cell = 0; cell < SIDE * SIDE; cell++) {
    const strength = values[cell] / largest;
    // the first row of cells lies at the bottom
    const at = 4 * ((SIDE - 1 - Math.floor(cell / SIDE)) * SIDE + (cell % SIDE));
    const [low, high] = [255 * (1 - Math.max(0, strength)), 255 * (1 - Math.max(0, -strength))];
    image.data.set([high, Math.min(low, high), low, 255], at);
  }
  context.putImageData(image, 0, 0);
}

function lossCurve(): uPlot {
  const frame = element('curve');
  frame.replaceChildren();
  const colour = getComputedStyle(document.body).color;
  return new uPlot(
    {
      width: frame.clientWidth,
      height: 220,
      scales: { x: { time: false }, y: { distr: 3 } },
      series: [{ label: 'step' }, { label: 'loss', stroke: '#0072b2', width: 1.5, points: { show: false } }],
      axes: [
        { label: 'step', stroke: colour },
        { label: 'loss', stroke: colour },
      ],
    },
    [[], []],
    frame,
  );
}
