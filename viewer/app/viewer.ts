import type { StepOptions } from '../../geometry/steps.js';
import type { DataSummary } from '../data/data-service.js';
import type { ShownScalar } from '../data/field-reference.js';
import type { ModelDescription } from '../data/model-description.js';
import type { DataFile } from '../data/open-data.js';
import type { FieldStatistics } from '../filters/statistics.js';
import { startDataService } from './data-client.js';
import { byId, create } from './elements.js';
import { scalarOptions, vectorOptions } from './field-names.js';
import { FieldPanel } from './field-panel.js';
import { Figures } from './figures.js';
import { fittedState } from './fitted-state.js';
import { planeAcross, planLayers } from './layer-plan.js';
import { LayerSync } from './layer-sync.js';
import { ProbeControl } from './probe-control.js';
import { ResidualFields, withResiduals } from './residual-fields.js';
import { pictureOf } from './saved-picture.js';
import type { RunContext, Shown } from './shown.js';
import { ViewCamera } from './view-camera.js';
import type { ViewDocument } from './view-document.js';
import { type PanelPlan, planPanels } from './view-panels.js';
import { ViewScene } from './view-scene.js';
import type { ViewState } from './view-state.js';

/** Something that lies over the panels and moves with the body. */
export interface ViewOverlay {
  /** Another panel is there. */
  attach(panel: FieldPanel, index: number): void;
  /** A frame was drawn. */
  place(): void;
}

/** Shows data as a state says: plans what follows from both, lets the worker make it and the scene draw it. */
export class Viewer {
  readonly camera: ViewCamera;
  readonly probe: ProbeControl;
  readonly overlays: ViewOverlay[] = [];
  private readonly service = startDataService();
  private readonly canvas = byId<HTMLCanvasElement>('canvas');
  readonly scene: ViewScene;
  private readonly layers: LayerSync;
  private readonly figures: Figures;
  private readonly residuals: ResidualFields;
  private panels: FieldPanel[] = [];
  private plan: PanelPlan = { panels: [], blend: 0, range: { minimum: 0, maximum: 1 } };
  private summary?: DataSummary;
  private run?: RunContext;
  private statistics = new Map<string, Promise<FieldStatistics>>();
  private refreshing = false;
  private stale = false;
  /** Who wants to know when the layers have the numbers of the state */
  private waiting: (() => void)[] = [];
  /** Those whom the present refresh answers */
  private served: (() => void)[] = [];
  private opened = 0;
  /** Fields that were put on the cells so far */
  private valuesSet = 0;

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
    this.scene = new ViewScene(this.canvas, this.camera, () => {
      this.canvas.dataset.geometries = String(this.scene.geometriesHeld);
      this.probe.placeMarkers();
      for (const { triad } of this.panels) triad.update(this.camera);
      for (const overlay of this.overlays) overlay.place();
    });
    this.layers = new LayerSync(this.service, this.scene);
    this.residuals = new ResidualFields(this.service);
    this.figures = new Figures(
      view,
      this.service,
      this.scene,
      (state) => this.residuals.of(state, this.run, `${this.opened} ${this.valuesSet}`),
      saveText,
    );
    this.probe = new ProbeControl(view, this.service, this.scene, () => this.shown, fail);
    view.onChange(() => this.refresh());
  }

  get data(): DataSummary | undefined {
    return this.summary;
  }

  /** Another number with all other data that are shown. */
  get revision(): number {
    return this.opened;
  }

  /** The file of the step that is shown. */
  shownFile(): Promise<DataFile> {
    return this.service.shownFile();
  }

  /**
   * Puts a field on the cells, or other values in place of those that it has; all that is shown of it follows. Resolves when
   * the numbers are on the layers: the next frame shows them.
   */
  async setCellField(name: string, values: Float64Array, unit: string): Promise<void> {
    const { opened } = this;
    const summary = await this.service.setCellField(name, values, unit);
    if (this.opened !== opened || !this.summary) return;
    const before = this.summary.fields.length;
    this.summary = summary;
    this.valuesSet++;
    if (summary.fields.length !== before) {
      this.describe(summary);
      this.view.replace(this.view.state);
    }
    this.statistics.clear();
    this.layers.forgetValues(name);
    this.figures.forget();
    this.probe.forget(summary.cellCount);
    const ready = new Promise<void>((done) => this.waiting.push(done));
    this.refresh();
    await ready;
  }

  /** Opens files in place of what is shown; the view stays as it is set where the new data have what it names. */
  async open(files: readonly DataFile[], options: StepOptions, run?: RunContext): Promise<void> {
    const summary = await this.service.open(files, this.view.state.data.step, options);
    this.run = run;
    this.use(summary);
    const next = fittedState(this.view.state, summary);
    this.describe(summary);
    this.camera.frame(summary.dimension, summary.frame.halfExtent);
    if (next.camera.position) this.camera.setPose(next.camera);
    this.view.replace(next);
    await this.settled();
  }

  /** Takes a field away that {@link setCellField} has put there. */
  async removeCellField(name: string): Promise<void> {
    const summary = await this.service.removeCellField(name);
    if (!this.summary) return;
    this.summary = summary;
    this.describe(summary);
    this.layers.forgetValues(name);
    this.view.replace(fittedState(this.view.state, summary));
  }

  /** What the file of a model says of it; what is shown stays. */
  describeModel(file: DataFile, options: StepOptions = {}): Promise<ModelDescription> {
    return this.service.describeModel(file, options);
  }

  /** Goes to another step of the series. */
  async goTo(step: number, options: StepOptions): Promise<void> {
    this.use(await this.service.goTo(step, options));
    this.view.set('data.step', step);
    await this.settled();
  }

  /** Sets the view as a session says, at its step of the series, for the data that are open. */
  async restore(session: ViewState): Promise<void> {
    const { summary } = this;
    const { step } = session.data;
    if (summary && step !== summary.step && step < summary.times.length) await this.goTo(step, {});
    // what the session is of is not what is open: name, address and sample stay
    const { data } = this.view.state;
    this.view.replace(this.summary ? fittedState({ ...session, data }, this.summary) : session);
    this.camera.setPose(session.camera);
    await this.settled();
  }

  /** Takes away what is shown. */
  clear(): void {
    // first: what the probe lets go of must not be drawn again
    this.summary = undefined;
    this.opened++;
    this.probe.pin(undefined);
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
    const { centre } = await this.service.probe(worstCell, undefined, [], undefined);
    const { frame } = this.summary;
    const place = centre.map((x, axis) => (x - frame.centre[axis]) / frame.size);
    if (cut.shown) {
      const { normal, offset: reach } = planeAcross(frame.halfExtent, cut.normal, 1);
      const along = normal.reduce((sum, x, axis) => sum + x * place[axis], 0);
      this.view.set('cut.position', Math.min(1, Math.max(0, (along / (reach || 1) + 1) / 2)));
    }
    this.probe.pin(worstCell);
    if (!this.scene.isVisible(place)) this.camera.lookAt(place);
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

  private get shown(): Shown | undefined {
    const { summary: data, run, plan, panels } = this;
    return data && { data, run, plan, panels };
  }

  private use(summary: DataSummary): void {
    this.summary = summary;
    this.opened++;
    this.statistics.clear();
    this.layers.forget();
    this.figures.forget();
    this.probe.forget(summary.cellCount);
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
      for (const done of [...this.served.splice(0), ...this.waiting.splice(0)]) done();
    }
  }

  private async refreshOnce(): Promise<void> {
    if (!this.summary) return;
    const page = byId('view');
    page.dataset.busy = 'true';
    const { state: set } = this.view;
    const state = await this.inResiduals(set);
    const data = this.summary;
    if (!data) return;
    this.served.push(...this.waiting.splice(0));
    const plan = await planPanels(
      state,
      data,
      this.service,
      (scalar) => this.statisticsOf(scalar),
      this.run?.fields,
    );
    this.plan = plan;
    this.updatePanels(plan, data);
    this.camera.setProjection(state.camera.projection);
    const layers = planLayers(state, data, plan.range);
    const scalars = plan.panels.map(({ scalar }) => scalar);
    const style = () => {
      const colourings = plan.panels.map(({ colouring, scalar }) => ({ colouring, normalisation: scalar }));
      for (const layer of layers) this.scene.style(layer, colourings, plan.blend);
    };
    // what is there changes its colours at once, what the worker makes follows; numbers to come would not suit them
    if (this.layers.shows(scalars, plan.other)) style();
    await this.layers.apply(layers, scalars, plan.other);
    style();
    for (const done of this.served.splice(0)) done();
    const { shown } = this;
    if (shown) await this.figures.update(set, shown);
    this.probe.update();
    if (!this.stale) page.dataset.busy = 'false';
  }

  /** The state with residuals in place of the fields, where they are asked for and known. */
  private async inResiduals(state: ViewState): Promise<ViewState> {
    if (!state.compare.residual) return state;
    const { opened } = this;
    const compared = await this.residuals.of(state, this.run, `${opened} ${this.valuesSet}`);
    if (!compared || this.opened !== opened) return state;
    const summary = await this.residuals.putOn(compared);
    if (this.opened !== opened || !this.summary) return state;
    if (summary) {
      this.summary = summary;
      this.statistics.clear();
      for (const name of compared.names) this.layers.forgetValues(name);
    }
    return withResiduals(state, compared);
  }

  private statisticsOf(scalar: ShownScalar): Promise<FieldStatistics> {
    const key = JSON.stringify([scalar.field, scalar.minus]);
    const found = this.statistics.get(key) ?? this.service.statistics(scalar);
    this.statistics.set(key, found);
    return found;
  }

  private updatePanels(plan: PanelPlan, data: DataSummary): void {
    const flat = data.dimension === 2;
    if (plan.panels.length === this.panels.length) {
      this.panels.forEach((panel, i) => {
        panel.setText(plan.panels[i].text, flat);
      });
      return;
    }
    this.panels = plan.panels.map(({ text }) => new FieldPanel(text, flat));
    byId('panels').replaceChildren(...this.panels.map(({ root }) => root));
    this.layers.forget();
    this.figures.forget();
    this.scene.setPanels(this.panels.map(({ viewport }) => ({ element: viewport })));
    this.panels.forEach((panel, i) => {
      this.probe.listen(panel, i);
      for (const overlay of this.overlays) overlay.attach(panel, i);
    });
  }

  /** Says how large the data are, and offers their fields and what can be done with their kind. */
  private describe(data: DataSummary): void {
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
}
