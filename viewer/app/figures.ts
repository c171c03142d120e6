import type { DataService, DataSummary } from '../data/data-service.js';
import type { Remote } from '../data/remote.js';
import { formatNumber, formatPercent } from '../numbers.js';
import { byId, create } from './elements.js';
import { nameOf } from './field-names.js';
import { boxEdges } from './layer-objects.js';
import { planeAcross } from './layer-plan.js';
import { type PlotData, Plots } from './plots.js';
import { valueText } from './probe-readout.js';
import type { ComparedResiduals } from './residual-fields.js';
import { placeAt, type Shown } from './shown.js';
import type { ViewDocument } from './view-document.js';
import type { ViewScene } from './view-scene.js';
import type { ViewState } from './view-state.js';

const HISTOGRAM_BINS = 48;
const LINE_SAMPLES = 201;

function differenceFigure([key, term, text]: readonly string[]): HTMLElement {
  const value = create('dd', { textContent: text });
  value.dataset.difference = key;
  return create('div', {}, create('dt', { textContent: term }), value);
}

/** Everything beside the picture that follows from state and data: colour bars, error figures, plots, positions, frames. */
export class Figures {
  private readonly plots: Plots;
  /** What each of them was made of last */
  private readonly made = new Map<string, string>();
  /** Times that the figures of the difference were shown */
  private differences = 0;

  constructor(
    private readonly view: ViewDocument,
    private readonly service: Remote<DataService>,
    private readonly scene: ViewScene,
    private readonly residualsOf: (state: ViewState) => Promise<ComparedResiduals | undefined>,
    saveText: (name: string, text: string) => void,
  ) {
    this.plots = new Plots(saveText);
  }

  /** Other data or other panels: all of it is made again. */
  forget(): void {
    this.made.clear();
  }

  async update(state: ViewState, shown: Shown): Promise<void> {
    this.showOverlays(state, shown.data);
    this.showPositions(state, shown);
    await Promise.all([
      this.showBars(shown),
      this.showDifference(state, shown),
      this.showPlots(state, shown),
    ]);
  }

  /** Whether something is to be made of other things than last time. */
  private changed(name: string, ...of: unknown[]): boolean {
    const key = JSON.stringify(of);
    if (this.made.get(name) === key) return false;
    this.made.set(name, key);
    return true;
  }

  private async showBars({ plan, panels }: Shown): Promise<void> {
    if (!this.changed('bars', plan.panels)) return;
    await Promise.all(
      plan.panels.map(async ({ scalar: { field, minus }, colouring, figures }, i) => {
        const { minimum, maximum } = colouring.range;
        const counts = await this.service.histogram(
          { field, minus },
          minimum,
          maximum,
          HISTOGRAM_BINS,
          colouring.logarithmic,
        );
        panels[i]?.setColours(colouring, figures, counts);
      }),
    );
  }

  private async showDifference(state: ViewState, { data, plan, run }: Shown): Promise<void> {
    const { field, compare } = state;
    if (!this.changed('difference', field, compare.shown, compare.reference, plan.notCompared)) return;
    const list = byId('difference');
    const turn = ++this.differences;
    byId('residual-choice').hidden = true;
    byId<HTMLButtonElement>('worst').disabled = plan.notCompared !== undefined;
    if (!compare.shown || !field || !compare.reference || plan.notCompared) {
      list.replaceChildren(...(plan.notCompared ? [create('p', { textContent: plan.notCompared })] : []));
      return;
    }
    const figures = await this.service.difference(field, compare.reference);
    if (this.differences !== turn) return;
    const { unit } = nameOf(field, data, run?.fields);
    const own = run && field.name === run.fields.prediction.array ? run.relativeL2 : undefined;
    const entries = [
      ['relativeL2', 'Relative L2', formatPercent(own ?? figures.relativeL2)],
      ['rootMeanSquare', 'Root mean square', valueText(figures.rootMeanSquare, unit, 5)],
      ['meanAbsolute', 'Mean size', valueText(figures.meanAbsolute, unit, 5)],
      ['maximumAbsolute', 'Largest', valueText(figures.maximumAbsolute, unit, 5)],
    ];
    list.replaceChildren(...entries.map(differenceFigure));
    // they come from another worker, nothing waits for them
    this.residualsOf(state).then((compared) => {
      if (!compared || this.differences !== turn) return;
      byId('residual-choice').hidden = false;
      const texts = compared.residuals.map(({ relative }) => formatNumber(relative, 3));
      list.append(
        differenceFigure(['residual', 'Relative residual', texts[0]]),
        differenceFigure(['referenceResidual', 'of the reference', texts[1]]),
      );
    });
  }

  private async showPlots({ probe }: ViewState, { data, plan, run }: Shown): Promise<void> {
    const { line, from, to, overTime, cell } = probe;
    const scalars = plan.panels.map(({ scalar: { field, minus } }) => ({ field, minus }));
    if (!this.changed('plots', line && [from, to], overTime && cell, scalars)) return;
    const curves = (values: readonly ArrayLike<number>[]) =>
      values.map((each, i) => ({ label: plan.panels[i].text.title, values: Array.from(each) }));
    const plots: PlotData[] = [];
    if (line) {
      const ends = [placeAt(data, from), placeAt(data, to)] as const;
      const { distances, values } = await this.service.sampleLine(...ends, scalars, LINE_SAMPLES);
      const across = run?.lengthUnit ? `distance (${run.lengthUnit})` : 'distance';
      const x = Array.from(distances);
      plots.push({ id: 'line', title: 'Along the line', across, x, curves: curves(values) });
    }
    if (overTime && cell !== null && data.times.length > 1) {
      const { times, values } = await this.service.overTime(cell, scalars);
      plots.push({ id: 'time', title: `Cell ${cell}`, across: 'time', x: times, curves: curves(values) });
    }
    this.plots.show(plots);
  }

  /** Frame of the clipping box and the line of the line plot. */
  private showOverlays({ box, probe }: ViewState, data: DataSummary): void {
    if (!this.changed('overlays', box, probe.line && [probe.from, probe.to], data.frame)) return;
    const frame = box.shown ? boxEdges(placeAt(data, box.low), placeAt(data, box.high)) : undefined;
    this.scene.overlay('box', frame, '#808890', 1.5);
    const ends = {
      starts: Float32Array.from(placeAt(data, probe.from)),
      ends: Float32Array.from(placeAt(data, probe.to)),
    };
    this.scene.overlay('line', probe.line ? ends : undefined, '#d55e00', 3);
  }

  /** Positions in units of the file beside the sliders, and the range in its fields. */
  private showPositions(state: ViewState, { data: { frame }, plan }: Shown): void {
    const show = (name: string, text: string) => {
      const output = document.querySelector<HTMLOutputElement>(`[data-shows="${name}"]`);
      if (output) output.value = text;
    };
    const { normal, offset } = planeAcross(frame.halfExtent, state.cut.normal, state.cut.position);
    const along = normal.reduce((sum, x, k) => sum + x * frame.centre[k], 0);
    show('cut', formatNumber(along + offset * frame.size));
    ['x', 'y', 'z'].forEach((axis, k) => {
      const share = state.slices.position[k];
      show(
        `slice-${axis}`,
        formatNumber(frame.centre[k] + frame.halfExtent[k] * (2 * share - 1) * frame.size),
      );
    });
    show('warp', `${Math.round(100 * state.warp.amount)} %`);
    // it may have been typed while this was made
    if (this.view.state.colours.range === 'locked') return;
    // the next change of either end locks the range as it is
    const { minimum, maximum } = plan.range;
    this.view.record('colours.minimum', minimum);
    this.view.record('colours.maximum', maximum);
    for (const [name, value] of Object.entries({ minimum, maximum })) {
      const input = document.querySelector<HTMLInputElement>(`[data-bind="colours.${name}"]`)!;
      if (document.activeElement !== input) input.value = String(Number(value.toPrecision(5)));
    }
  }
}
