import type { StepOptions } from '../../geometry/steps.js';
import type { DataSummary, ProbedCell } from '../data/data-service.js';
import type { ShownScalar } from '../data/field-reference.js';
import type { DataFile } from '../data/open-data.js';
import type { FieldStatistics } from '../filters/statistics.js';
import { formatNumber, formatPercent } from '../numbers.js';
import type { RunIndex } from '../run-index.js';
import { startDataService } from './data-client.js';
import { byId, create } from './elements.js';
import { firstField, scalarOptions, vectorOptions } from './field-names.js';
import { FieldPanel } from './field-panel.js';
import { boxEdges } from './layer-objects.js';
import { type PlannedLayer, planeAcross, planLayers, warpOf } from './layer-plan.js';
import { LayerSync } from './layer-sync.js';
import { type PlotData, Plots } from './plots.js';
import { ProbeReadout, valueText } from './probe-readout.js';
import { pictureOf } from './saved-picture.js';
import { ViewCamera } from './view-camera.js';
import type { ViewDocument } from './view-document.js';
import { type PanelPlan, planPanels } from './view-panels.js';
import { ViewScene } from './view-scene.js';
import type { ViewState } from './view-state.js';

const HISTOGRAM_BINS = 48;
const LINE_SAMPLES = 201;
const MARKER_DIGITS = 4;
/** A press that moves further than this is a drag of the camera, not a click on a cell. */
const CLICK_RADIUS = 4;

/** What a run says of the sample that is shown. */
export interface RunContext {
  readonly fields: RunIndex['fields'];
  readonly lengthUnit: string;
  readonly relativeL2: number;
}

/** Shows data as a state says: plans what follows from both, lets the worker make it and the scene draw it. */
export class Viewer {
  readonly service = startDataService();
  readonly camera: ViewCamera;
  private readonly canvas = byId<HTMLCanvasElement>('canvas');
  private readonly scene: ViewScene;
  private readonly layers: LayerSync;
  private readonly readout = new ProbeReadout((cell) => this.pin(cell));
  private readonly plots: Plots;
  private panels: FieldPanel[] = [];
  private plan: PanelPlan = { panels: [], blend: 0, range: { minimum: 0, maximum: 1 } };
  private summary?: DataSummary;
  private run?: RunContext;
  private figures = new Map<string, Promise<FieldStatistics>>();
  private probed?: ProbedCell;
  private probing = false;
  /** The cell to read next, and the one that was asked for last */
  private wanted?: { cell: number; position?: readonly number[] };
  private asked?: { cell: number; position?: readonly number[] };
  private refreshing = false;
  private stale = false;
  /** What bars, figures, plots and overlays were made of last */
  private barred = '';
  private measured = '';
  private plotted = '';
  private overlaid = '';
  private read = '';

  constructor(
    private readonly view: ViewDocument,
    private readonly fail: (error: unknown) => void,
    saveText: (name: string, text: string) => void,
  ) {
    const reduced = matchMedia('(prefers-reduced-motion: reduce)');
    this.camera = new ViewCamera(
      () => reduced.matches,
      () => this.scene?.requestFrame(),
      (pose) => {
        const { projection } = this.view.state.camera;
        this.view.record('camera', { projection, ...pose });
      },
    );
    this.scene = new ViewScene(this.canvas, this.camera, () => this.placeMarkers());
    this.layers = new LayerSync(this.service, this.scene);
    this.plots = new Plots(saveText);
    view.onChange(() => this.refresh());
  }

  get data(): DataSummary | undefined {
    return this.summary;
  }

  /** Opens files in place of what is shown; the view stays as it is set where the new data have what it names. */
  async open(files: readonly DataFile[], options: StepOptions, run?: RunContext): Promise<void> {
    const summary = await this.service.open(files, this.view.state.data.step, options);
    this.run = run;
    this.use(summary);
    const next = this.fitted(this.view.state);
    this.fillSelects(summary);
    this.camera.frame(summary.dimension, summary.frame.halfExtent);
    if (next.camera.position) this.camera.setPose(next.camera);
    this.view.replace(next);
    await this.settled();
  }

  /** A state with the fields, step and cell that the data do not have replaced by what they have. */
  fitted(state: ViewState): ViewState {
    const { summary } = this;
    if (!summary) return state;
    const has = (reference: { name: string; association: string } | null) =>
      reference !== null &&
      summary.fields.some(
        ({ name, association }) => name === reference.name && association === reference.association,
      );
    return {
      ...state,
      data: { ...state.data, step: summary.step },
      field: has(state.field) ? state.field : firstField(summary),
      compare: { ...state.compare, reference: has(state.compare.reference) ? state.compare.reference : null },
      warp: { ...state.warp, vector: has(state.warp.vector) ? state.warp.vector : null },
      glyphs: { ...state.glyphs, vector: has(state.glyphs.vector) ? state.glyphs.vector : null },
      streamlines: {
        ...state.streamlines,
        vector: has(state.streamlines.vector) ? state.streamlines.vector : null,
      },
      probe: {
        ...state.probe,
        cell: state.probe.cell !== null && state.probe.cell < summary.cellCount ? state.probe.cell : null,
      },
    };
  }

  /** Goes to another step of the series. */
  async goTo(step: number, options: StepOptions): Promise<void> {
    this.use(await this.service.goTo(step, options));
    this.view.set('data.step', step);
    await this.settled();
  }

  /** Takes away what is shown. */
  clear(): void {
    this.summary = undefined;
    this.pin(undefined);
    this.layers.forget();
    this.scene.setPanels([]);
    this.panels = [];
    byId('panels').replaceChildren();
  }

  /** The cell with the largest difference, kept by the probe; the cut goes through it. */
  async goToWorst(): Promise<void> {
    const { field, compare, cut } = this.view.state;
    if (!field || !compare.reference || !this.summary) return;
    const { worstCell } = await this.service.difference(field, compare.reference);
    if (worstCell < 0) return;
    const { outline } = await this.service.probe(worstCell, undefined, [], undefined);
    const place = [0, 1, 2].map((axis) => {
      const values = outline.filter((_, i) => i % 3 === axis);
      return (Math.min(...values) + Math.max(...values)) / 2;
    });
    if (cut.shown) {
      const { halfExtent } = this.summary.frame;
      const { normal } = planeAcross(halfExtent, cut.normal, 0);
      const reach = planeAcross(halfExtent, cut.normal, 1).offset || 1;
      const along = normal.reduce((sum, x, axis) => sum + x * place[axis], 0);
      this.view.set('cut.position', Math.min(1, Math.max(0, (along / reach + 1) / 2)));
    }
    this.pin(worstCell);
    this.camera.lookAt(place);
  }

  /** Keeps the cell in the middle of the first panel. */
  pinCentre(): void {
    const box = this.panels[0]?.viewport.getBoundingClientRect();
    if (!box) return;
    const picked = this.scene.pick(0, box.left + box.width / 2, box.top + box.height / 2);
    this.pin(picked?.cell, picked?.position);
  }

  /** Keeps a cell, or lets go. */
  pin(cell: number | undefined, position?: readonly number[]): void {
    if (this.view.state.probe.cell !== (cell ?? null)) this.view.set('probe.cell', cell ?? null);
    this.probe(cell, position);
  }

  picture(caption: string, scale: number): Promise<Blob> {
    const panels = this.plan.panels.map(({ text, colouring }, i) => ({
      ...text,
      viewport: this.panels[i].viewport,
      colouring,
    }));
    return pictureOf(this.scene, this.canvas, panels, caption, scale);
  }

  /** Resolves when the scene shows the state. */
  async settled(): Promise<void> {
    while (this.refreshing || this.stale) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  private use(summary: DataSummary): void {
    this.summary = summary;
    this.figures.clear();
    this.layers.forget();
    this.barred = '';
    this.measured = '';
    this.plotted = '';
    this.read = '';
    this.readout.setCellCount(summary.cellCount);
  }

  /** Brings the page to the state; what changes meanwhile is taken up at the end, all of it at once. */
  private async refresh(): Promise<void> {
    this.stale = true;
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      while (this.stale) {
        this.stale = false;
        await this.refreshOnce();
      }
    } catch (error) {
      this.stale = false;
      this.fail(error);
    } finally {
      this.refreshing = false;
    }
  }

  private async refreshOnce(): Promise<void> {
    const data = this.summary;
    const { state } = this.view;
    if (!data) return;
    byId('view').dataset.busy = 'true';
    const plan = await planPanels(
      state,
      data,
      this.service,
      (scalar) => this.statistics(scalar),
      this.run?.fields,
    );
    this.plan = plan;
    this.updatePanels(plan, data);
    this.camera.setProjection(state.camera.projection);
    const layers = planLayers(state, data, plan.range);
    const style = () => {
      const colourings = plan.panels.map(({ colouring, scalar }) => ({ colouring, normalisation: scalar }));
      for (const layer of layers) this.scene.style(layer, colourings, plan.blend);
    };
    style();
    await this.layers.apply(
      layers,
      plan.panels.map(({ scalar }) => scalar),
      plan.other,
    );
    style();
    this.showOverlays(state, data);
    this.showOutputs(state, data, layers);
    await Promise.all([this.showBars(plan), this.showDifference(state, plan), this.showPlots(state, data)]);
    this.probeAgain(state);
    if (!this.stale) byId('view').dataset.busy = 'false';
  }

  private statistics(scalar: ShownScalar): Promise<FieldStatistics> {
    const key = JSON.stringify([scalar.field, scalar.minus]);
    const found = this.figures.get(key) ?? this.service.statistics(scalar);
    this.figures.set(key, found);
    return found;
  }

  private updatePanels(plan: PanelPlan, data: DataSummary): void {
    const same =
      plan.panels.length === this.panels.length &&
      plan.panels.every(({ text }, i) => JSON.stringify(text) === JSON.stringify(this.panels[i].text));
    if (same) return;
    this.panels = plan.panels.map(({ text }) => new FieldPanel(text, data.dimension === 2));
    byId('panels').replaceChildren(...this.panels.map(({ root }) => root));
    this.layers.forget();
    this.overlaid = '';
    this.barred = '';
    this.scene.setPanels(this.panels.map(({ viewport }) => ({ element: viewport })));
    this.panels.forEach((panel, i) => {
      this.listen(panel, i);
    });
  }

  private async showBars(plan: PanelPlan): Promise<void> {
    const key = JSON.stringify(plan.panels);
    if (key === this.barred) return;
    this.barred = key;
    await Promise.all(
      plan.panels.map(async ({ scalar, colouring, figures }, i) => {
        const { field, minus } = scalar;
        const { minimum, maximum } = colouring.range;
        const counts = await this.service.histogram(
          { field, minus },
          minimum,
          maximum,
          HISTOGRAM_BINS,
          colouring.logarithmic,
        );
        this.panels[i]?.setColours(colouring, figures, counts);
      }),
    );
  }

  private async showDifference({ field, compare }: ViewState, plan: PanelPlan): Promise<void> {
    const key = JSON.stringify([field, compare.shown, compare.reference, plan.notCompared]);
    if (key === this.measured) return;
    this.measured = key;
    const list = byId('difference');
    byId<HTMLButtonElement>('worst').disabled = plan.notCompared !== undefined;
    if (!compare.shown || !field || !compare.reference || plan.notCompared) {
      list.replaceChildren(...(plan.notCompared ? [create('p', { textContent: plan.notCompared })] : []));
      return;
    }
    const figures = await this.service.difference(field, compare.reference);
    const unit = plan.panels[0].unit;
    const own = this.run && field.name === this.run.fields.prediction.array ? this.run.relativeL2 : undefined;
    const entries = [
      ['relativeL2', 'Relative L2', formatPercent(own ?? figures.relativeL2)],
      ['rootMeanSquare', 'Root mean square', valueText(figures.rootMeanSquare, unit, 5)],
      ['meanAbsolute', 'Mean size', valueText(figures.meanAbsolute, unit, 5)],
      ['maximumAbsolute', 'Largest', valueText(figures.maximumAbsolute, unit, 5)],
    ];
    list.replaceChildren(
      ...entries.map(([key, term, text]) => {
        const value = create('dd', { textContent: text });
        value.dataset.difference = key;
        return create('div', {}, create('dt', { textContent: term }), value);
      }),
    );
  }

  private async showPlots(state: ViewState, data: DataSummary): Promise<void> {
    const { line, from, to, overTime, cell } = state.probe;
    const scalars = this.plan.panels.map(({ scalar: { field, minus } }) => ({ field, minus }));
    const key = JSON.stringify([line, from, to, overTime && cell, scalars]);
    if (key === this.plotted) return;
    this.plotted = key;
    const curves = (values: readonly ArrayLike<number>[]) =>
      values.map((each, i) => ({ label: this.plan.panels[i].text.title, values: Array.from(each) }));
    const plots: PlotData[] = [];
    if (line) {
      const place = (shares: readonly number[]) =>
        data.frame.halfExtent.map((half, axis) => half * (2 * shares[axis] - 1));
      const { distances, values } = await this.service.sampleLine(
        place(from),
        place(to),
        scalars,
        LINE_SAMPLES,
      );
      const across = this.run?.lengthUnit ? `distance (${this.run.lengthUnit})` : 'distance';
      plots.push({
        id: 'line',
        title: 'Along the line',
        across,
        x: Array.from(distances),
        curves: curves(values),
      });
    }
    if (overTime && cell !== null && data.times.length > 1) {
      const { times, values } = await this.service.overTime(cell, scalars);
      plots.push({ id: 'time', title: `Cell ${cell}`, across: 'time', x: times, curves: curves(values) });
    }
    this.plots.show(plots);
  }

  /** Frame of the clipping box and the line of the line plot. */
  private showOverlays({ box, probe }: ViewState, { frame }: DataSummary): void {
    const key = JSON.stringify([box, probe.line && [probe.from, probe.to], frame]);
    if (key === this.overlaid) return;
    this.overlaid = key;
    const at = (shares: readonly number[]) => frame.halfExtent.map((half, k) => half * (2 * shares[k] - 1));
    this.scene.overlay('box', box.shown ? boxEdges(at(box.low), at(box.high)) : undefined, '#808890', 1.5);
    const ends = { starts: Float32Array.from(at(probe.from)), ends: Float32Array.from(at(probe.to)) };
    this.scene.overlay('line', probe.line ? ends : undefined, '#d55e00', 3);
  }

  /** Positions in units of the file beside the sliders, and the range in its fields. */
  private showOutputs(state: ViewState, { frame }: DataSummary, layers: readonly PlannedLayer[]): void {
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
    byId('view').dataset.layers = layers.map(({ id }) => id).join(' ');
    // it may have been typed while this was made
    if (this.view.state.colours.range === 'locked') return;
    // the next change of either locks the range as it is
    const { minimum, maximum } = this.plan.range;
    this.view.record('colours.minimum', minimum);
    this.view.record('colours.maximum', maximum);
    for (const [name, value] of Object.entries({ minimum, maximum })) {
      const input = document.querySelector<HTMLInputElement>(`[data-bind="colours.${name}"]`)!;
      if (document.activeElement !== input) input.value = String(Number(value.toPrecision(5)));
    }
  }

  private fillSelects(data: DataSummary): void {
    for (const select of document.querySelectorAll<HTMLSelectElement>('[data-fields]')) {
      const options =
        select.dataset.fields === 'vectors' ? vectorOptions(data) : scalarOptions(data, this.run?.fields);
      const none =
        select.id === 'reference' ? [create('option', { value: 'null', textContent: 'choose…' })] : [];
      select.replaceChildren(...none, ...options);
    }
    for (const part of document.querySelectorAll<HTMLElement>('[data-section="solid"]'))
      part.hidden = data.dimension === 2;
    for (const part of document.querySelectorAll<HTMLElement>('[data-section="series"]'))
      part.hidden = data.times.length < 2;
    const counts = `${data.cellCount.toLocaleString('en')} cells, ${data.pointCount.toLocaleString('en')} points`;
    const note =
      data.linearisedCells > 0 ? `; ${data.linearisedCells} second-order cells by their corners` : '';
    byId('counts').textContent = counts + note;
  }

  private listen({ viewport }: FieldPanel, index: number): void {
    let pressedAt = { x: 0, y: 0 };
    viewport.addEventListener('pointermove', (event) => {
      if (this.view.state.probe.cell !== null || event.buttons !== 0) return;
      const picked = this.scene.pick(index, event.clientX, event.clientY);
      this.probe(picked?.cell, picked?.position);
    });
    viewport.addEventListener('pointerleave', () => {
      if (this.view.state.probe.cell === null) this.probe(undefined);
    });
    viewport.addEventListener('pointerdown', (event) => {
      pressedAt = { x: event.clientX, y: event.clientY };
    });
    viewport.addEventListener('pointerup', (event) => {
      if (Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > CLICK_RADIUS) return;
      const picked = this.scene.pick(index, event.clientX, event.clientY);
      const again = picked?.cell === this.view.state.probe.cell;
      this.pin(again ? undefined : picked?.cell, picked?.position);
    });
  }

  /** Reads a cell; of several asked for while the worker is at work, the last one. */
  private async probe(cell: number | undefined, position?: readonly number[]): Promise<void> {
    this.wanted = cell === undefined ? undefined : { cell, position };
    this.asked = this.wanted;
    if (cell === undefined) this.showProbed(undefined);
    if (this.probing) return;
    this.probing = true;
    try {
      while (this.wanted && this.summary) {
        const { cell: next, position: place } = this.wanted;
        this.wanted = undefined;
        const { state } = this.view;
        const scalars = this.plan.panels.map(({ scalar: { field, minus } }) => ({ field, minus }));
        const warp = state.field ? warpOf(state, state.field) : undefined;
        const found = await this.service.probe(next, place, scalars, warp);
        if (!this.wanted && (state.probe.cell === null || state.probe.cell === next)) this.showProbed(found);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.probing = false;
    }
  }

  /** Reads the cell of the state, or the one that is read, if what is shown of it has changed. */
  private probeAgain(state: ViewState): void {
    const key = JSON.stringify([this.plan.panels.map(({ scalar }) => scalar), state.warp]);
    const cell = state.probe.cell ?? this.probed?.cell;
    if (cell === undefined || (cell === this.probed?.cell && key === this.read)) return;
    this.read = key;
    this.probe(cell, this.asked?.cell === cell ? this.asked.position : undefined);
  }

  private showProbed(probed: ProbedCell | undefined): void {
    this.probed = probed;
    const text = probed && {
      cell: probed.cell,
      position: this.summary?.dimension === 2 ? probed.position.slice(0, 2) : probed.position,
      values: this.plan.panels.map(({ text: { key, title }, unit }, i) => ({
        key,
        title,
        unit,
        value: probed.values[i],
      })),
    };
    this.readout.show(text, this.run?.lengthUnit ?? '');
    const pieces = probed && { starts: everySecond(probed.outline, 0), ends: everySecond(probed.outline, 1) };
    this.scene.overlay('outline-dark', pieces, '#10151b', 5);
    this.scene.overlay('outline', pieces, '#ffffff', 2);
    this.placeMarkers();
  }

  private probedPlace(): number[] | undefined {
    if (!this.probed || !this.summary) return undefined;
    const { centre, size } = this.summary.frame;
    return this.probed.position.map((x, axis) => (x - centre[axis]) / size);
  }

  private placeMarkers(): void {
    this.canvas.dataset.geometries = String(this.scene.geometriesHeld);
    const place = this.probedPlace();
    const position = place && this.scene.project(place);
    this.panels.forEach((panel, i) => {
      const text = this.probed
        ? valueText(this.probed.values[i], this.plan.panels[i]?.unit ?? '', MARKER_DIGITS)
        : '';
      panel.setMarker(position, text);
    });
  }
}

/** Every second point of a list of segments: their starts or their ends. */
function everySecond(ends: Float32Array, which: 0 | 1): Float32Array<ArrayBuffer> {
  return Float32Array.from(ends.filter((_, i) => Math.floor(i / 3) % 2 === which));
}
