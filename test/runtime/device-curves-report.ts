import { type Agreement, agreement, type DeviceCurves, NOISE_FACTOR } from './device-curves.js';

/** docs/results/device-curves.md */
export function curvesPage(curves: DeviceCurves): string {
  const { cpu, webgpu, noisy, hardware, seconds } = curves;
  const { difference, noise, ratio } = agreement(curves);
  const steps = cpu.length;
  const rows = [0, 0.01, 0.03, 0.1, 0.3, 0.6, 1].map((part) => {
    const t = Math.max(0, Math.round(part * steps) - 1);
    const upTo = (values: readonly number[]) => Math.max(...values.slice(0, t + 1)).toExponential(1);
    return `| ${t + 1} | ${cpu[t].toPrecision(5)} | ${webgpu[t].toPrecision(5)} | ${upTo(difference)} | ${upTo(noise)} |`;
  });
  return `# One training on two devices

A Fourier neural operator learns u(·, ½) of Burgers' equation from u(·, 0) (\`test/runtime/surrogate-training.ts\`), ${steps} steps of
Adam from one seed: on the cpu, and with WebGPU in Node (SwiftShader, a graphics card in software). Same weights, same
batches, same graph; ${hardware}. Written by \`node scripts/device-curves.mjs\`.

![Losses, and their differences beside the noise](device-curves.svg)

| step | loss, cpu | loss, webgpu | largest difference so far | largest of the noise so far |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

* A second run on the cpu gave ${curves.cpuRepeats ? 'the same losses, bit by bit' : 'OTHER losses'}.
* **Noise**: ${noisy.length} more runs on the cpu, in which every weight moves to a neighbouring float32, up or down at random, after every
  step. That is what rounding otherwise does at least; the training amplifies it to a relative ${noise[steps - 1].toExponential(1)} of the loss by
  the end.
* **webgpu against cpu**: at most ${Math.max(...difference).toExponential(1)} of the loss, and at no step more than ${ratio.toFixed(1)} times the noise up to that step. The
  bound of the test is ${NOISE_FACTOR}: shaders may round exponentials and divisions to 2 or 3 units of the last place.
* The mean loss of the last 64 steps is ${mean(cpu).toPrecision(5)} on the cpu, ${mean(webgpu).toPrecision(5)} on webgpu, ${noisy.map((run) => mean(run).toPrecision(5)).join(', ')} with noise.
* ${seconds.cpu.toFixed(0)} s on the cpu, ${seconds.webgpu.toFixed(0)} s on SwiftShader with compilation.
`;
}

const mean = (losses: readonly number[]): number =>
  losses.slice(-64).reduce((sum, loss) => sum + loss, 0) / 64;

const [WIDTH, HEIGHT, LEFT, GAP] = [760, 250, 64, 56];

/** docs/results/device-curves.svg: the losses above, the differences and the noise below, on logarithmic axes. */
export function curvesPlot(curves: DeviceCurves): string {
  const { difference, noise }: Agreement = agreement(curves);
  const upper = panel(GAP / 2, 'loss', [
    { values: curves.cpu, colour: '#1b6ca8', width: 3, label: 'cpu' },
    { values: curves.webgpu, colour: '#e07a1f', width: 1, label: 'webgpu' },
  ]);
  const lower = panel(HEIGHT + 1.5 * GAP, 'relative difference from cpu', [
    { values: noise, colour: '#777777', width: 1, label: 'noise so far' },
    {
      values: noise.map((value) => NOISE_FACTOR * value),
      colour: '#bbbbbb',
      width: 1,
      label: `${NOISE_FACTOR} × noise`,
    },
    { values: difference, colour: '#e07a1f', width: 1, label: 'webgpu' },
  ]);
  const total = 2 * HEIGHT + 2.5 * GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${total}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${total}" fill="white"/>
${upper}
${lower}
</svg>
`;
}

interface Line {
  readonly values: readonly number[];
  readonly colour: string;
  readonly width: number;
  readonly label: string;
}

function panel(top: number, title: string, lines: readonly Line[]): string {
  const positive = lines.flatMap(({ values }) => values.filter((value) => value > 0));
  const low = Math.floor(Math.log10(positive.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(positive.reduce((a, b) => Math.max(a, b))));
  const steps = lines[0].values.length;
  const x = (t: number) => (LEFT + ((WIDTH - LEFT - 16) * t) / (steps - 1)).toFixed(1);
  const y = (value: number) =>
    (top + (HEIGHT * (high - Math.log10(Math.max(value, 10 ** low)))) / (high - low)).toFixed(1);
  const grid = Array.from({ length: high - low + 1 }, (_, k) => {
    const at = y(10 ** (low + k));
    return `<path d="M${LEFT} ${at}H${WIDTH - 16}" stroke="#e4e4e4"/><text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">1e${low + k}</text>`;
  });
  const ticks = Array.from({ length: 6 }, (_, k) => {
    const t = Math.round((k * (steps - 1)) / 5);
    return `<text x="${x(t)}" y="${top + HEIGHT + 18}" text-anchor="middle">${t + 1}</text>`;
  });
  const curves = lines.map(({ values, colour, width }) => {
    const points = values.map((value, t) => `${x(t)},${y(value)}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
  });
  const legend = lines.map(
    ({ colour, label }, k) =>
      `<text x="${WIDTH - 24}" y="${top + 16 + 16 * k}" text-anchor="end" fill="${colour}">${label}</text>`,
  );
  return [`<text x="${LEFT}" y="${top - 8}">${title}</text>`, ...grid, ...ticks, ...curves, ...legend].join(
    '\n',
  );
}
