import { type ChartLine, type ChartPanel, lineCharts } from '../../common/line-chart.js';
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

/** docs/results/device-curves.svg: the losses above, the differences and the noise below, on logarithmic axes. */
export function curvesPlot(curves: DeviceCurves): string {
  const { difference, noise }: Agreement = agreement(curves);
  const line = (label: string, values: readonly number[], colour: string, width = 1): ChartLine => ({
    label,
    colour,
    width,
    points: values.map((value, t) => [t + 1, value]),
  });
  const panel = (title: string, lines: readonly ChartLine[]): ChartPanel => ({
    title,
    x: { label: 'step', scale: 'linear' },
    y: { label: '', scale: 'logarithmic' },
    lines,
  });
  return lineCharts([
    panel('loss', [line('cpu', curves.cpu, '#1b6ca8', 3), line('webgpu', curves.webgpu, '#e07a1f')]),
    panel('relative difference from cpu', [
      line('noise so far', noise, '#777777'),
      line(
        `${NOISE_FACTOR} × noise`,
        noise.map((value) => NOISE_FACTOR * value),
        '#bbbbbb',
      ),
      line('webgpu', difference, '#e07a1f'),
    ]),
  ]);
}
