import {
  AFTER_FIELD,
  BEFORE_FIELD,
  HEAT_FIELD,
  HEAT_UNIT,
  TEMPERATURE_UNIT,
} from '../control/control-fields.js';
import { type ControlPart, completeRoles } from '../control/control-part.js';
import type { ControlResult, ControlService } from '../control/control-service.js';
import type { ControlState } from '../control/control-state.js';
import type { SurrogateAssets } from '../control/open-surrogate.js';
import { planRange } from '../control/plan-range.js';
import type { FieldReference } from '../data/field-reference.js';
import type { DataFile } from '../data/open-data.js';
import { ControlPatches } from './control-patches.js';
import { controlResult, VERDICTS } from './control-result.js';
import { byId, create } from './elements.js';
import { type StartedWorker, startLazyWorker } from './lazy-worker.js';
import { applicationAddress, pretrainedModels, RUNTIME_FOLDER } from './live-client.js';
import type { ViewDocument } from './view-document.js';
import type { ViewState } from './view-state.js';
import type { Viewer } from './viewer.js';

/** The model that comes with the package for plates with holes. */
const MODEL = 'control';
/** Cells beyond the limit, as viridis and the other maps have no such colour. */
const ABOVE = '#e5261f';
const BELOW = '#2f6fff';
const cellField = (name: string): FieldReference => ({ name, association: 'cell', component: 'magnitude' });

/** Boundary control of a plate or of the mesh that is open: its worker, its controls, and the plan as fields before and after. */
export class ControlPanel {
  private readonly patches: ControlPatches;
  private started?: Promise<StartedWorker<ControlService>>;
  /** The part that the worker has, what it was made of, and the data that were shown then */
  private part?: { readonly key: string; readonly description: ControlPart; readonly revision: number };
  /** The plate that the viewer shows: what it was made of, and the number of its data */
  private plate?: { readonly key: string; readonly revision: number };
  private heatShown = '';
  /** Colours as they were before those of a plan */
  private coloursBefore?: ViewState['colours'];
  private running?: AbortController;
  private following = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly view: ViewDocument,
    private readonly viewer: Viewer,
    private readonly show: (file: DataFile) => Promise<void>,
  ) {
    this.patches = new ControlPatches(byId('control-patches'), (group, role) => {
      const { patches } = this.view.state.control;
      const known = this.part ? completeRoles(this.part.description.groups, patches) : patches;
      this.view.set('control.patches', { ...known, [group]: role });
    });
    byId('control-run').addEventListener('click', () => this.plan());
    byId('control-cancel').addEventListener('click', () => this.cancel());
    byId('control-plate').addEventListener('click', () => {
      this.view.set('control', { ...this.state, part: 'plate', shown: true });
      byId('control-run').focus();
    });
    byId<HTMLFormElement>('controls').addEventListener(
      'change',
      ({ target }) => {
        // what a person looks at is what is meant
        if (
          target instanceof HTMLInputElement &&
          target.dataset.bind === 'control.shown' &&
          target.checked &&
          this.viewer.data &&
          !this.plateIsShown
        )
          this.view.record('control.part', 'open');
      },
      { capture: true },
    );
    view.onChange(() => this.follow());
  }

  /**
   * Begins to follow the state, once the page has opened what it was asked to. A session or link that shows a plan has it made
   * again: they hold the question, not the fields.
   */
  async resume(session: ViewState): Promise<void> {
    this.following = true;
    if (!session.control.shown) return;
    this.view.set('control', session.control);
    await this.turn;
    if (isOfPlan(session) && (await this.plan())) await this.viewer.restore(session);
  }

  private get state(): ControlState {
    return this.view.state.control;
  }

  /** What a part is made of. */
  private keyOf({ part, plate }: ControlState): string {
    return part === 'plate' ? JSON.stringify(plate) : `open ${this.viewer.revision}`;
  }

  private get planIsShown(): boolean {
    return isOfPlan(this.view.state);
  }

  private get plateIsShown(): boolean {
    return this.plate !== undefined && this.plate.revision === this.viewer.revision;
  }

  /** Brings part, patches and heat to the state, one change after the other. */
  private follow(): void {
    if (!this.following || !this.state.shown) return;
    this.turn = this.turn.then(() => this.prepare()).catch((error) => this.say(messageOf(error)));
  }

  private async prepare(): Promise<void> {
    const { state } = this;
    if (!state.shown || this.running) return;
    const { viewer } = this;
    const key = this.keyOf(state);
    if (state.part === 'plate' && this.part?.key === key && !this.partIsShown) {
      // something else was opened in place of the plate
      this.view.set('control.part', 'open');
      return;
    }
    if (this.part?.key !== key) {
      this.patches.show([]);
      byId('control-result').replaceChildren();
      this.part = undefined;
      if (state.part === 'open' && !viewer.data) {
        this.say('Nothing is open: open a mesh, or take the plate.');
        return;
      }
      this.say('Reading the part…');
      this.part = await this.read(key, state);
      const { description } = this.part;
      this.patches.show(description.groups);
      this.say(
        `${description.cellCount.toLocaleString('en')} cells, ${description.groups.length} groups of patches.`,
      );
      this.offerFields(description.fields);
    }
    this.patches.write(completeRoles(this.part.description.groups, state.patches));
    await this.showHeat(state);
  }

  /** Has the worker make or read the part; shows a plate that is not shown yet. */
  private async read(key: string, state: ControlState): Promise<NonNullable<ControlPanel['part']>> {
    const { service } = await this.service();
    if (state.part === 'open') {
      const { revision } = this.viewer;
      const description = await service.openPart(await this.viewer.shownFile());
      return { key, description, revision };
    }
    const { part: description, file } = await service.makePlate(state);
    if (!(this.plateIsShown && this.plate?.key === key)) {
      if (this.planIsShown && this.coloursBefore) this.view.record('colours', this.coloursBefore);
      await this.show({ name: 'plate with holes.vtu', from: new Blob([file]) });
      this.plate = { key, revision: this.viewer.revision };
    }
    this.heatShown = JSON.stringify(state.heat);
    return { key, description, revision: this.viewer.revision };
  }

  /** Chips that were moved are shown on the part. */
  private async showHeat({ heat }: ControlState): Promise<void> {
    const key = JSON.stringify(heat);
    if (heat.kind !== 'chips' || this.heatShown === key || !this.partIsShown) return;
    const { service } = await this.service();
    await this.viewer.setCellField(HEAT_FIELD, await service.heat(this.state), HEAT_UNIT);
    this.heatShown = key;
  }

  private get partIsShown(): boolean {
    return this.part !== undefined && this.part.revision === this.viewer.revision;
  }

  /** Plans for the state as it is. Resolves to whether there is a plan. */
  private async plan(): Promise<boolean> {
    if (this.running) return false;
    await this.turn;
    const controller = new AbortController();
    this.running = controller;
    this.busy(true);
    this.say('Planning…');
    try {
      const { state } = this;
      const result = await this.ask(state, controller.signal);
      await this.showPlan(state, result);
      this.say(VERDICTS[result.verdict], result.verdict);
      return true;
    } catch (error) {
      this.say(controller.signal.aborted ? 'Cancelled; nothing has changed.' : messageOf(error));
      return false;
    } finally {
      this.running = undefined;
      this.busy(false);
    }
  }

  private async ask(state: ControlState, signal: AbortSignal): Promise<ControlResult> {
    const key = this.keyOf(state);
    if (this.part?.key !== key || !this.partIsShown) {
      this.part = await this.read(key, state);
      signal.throwIfAborted();
    }
    const bar = byId<HTMLProgressElement>('control-progress');
    const progress = {
      update: (_: string, done: number, total: number) => {
        bar.value = done / total;
      },
      message: () => {},
    };
    const assets = state.method === 'exact' ? undefined : await surrogateAssets();
    const { service } = await this.service();
    return service.plan(state, assets, { signal, progress });
  }

  /** Fields before and after side by side over one range that ends at the limit, beyond it in colours of their own. */
  private async showPlan({ limit }: ControlState, result: ControlResult): Promise<void> {
    const { before, after } = result;
    await this.viewer.setCellField(BEFORE_FIELD, before, TEMPERATURE_UNIT);
    await this.viewer.setCellField(AFTER_FIELD, after, TEMPERATURE_UNIT);
    const ends = [before, after].flatMap((field) => [
      field.reduce((least, u) => Math.min(least, u), Number.POSITIVE_INFINITY),
      field.reduce((most, u) => Math.max(most, u), Number.NEGATIVE_INFINITY),
    ]);
    const range = planRange(limit, Math.min(...ends), Math.max(...ends));
    const { state } = this.view;
    if (!this.planIsShown) this.coloursBefore = state.colours;
    this.view.replace({
      ...state,
      field: cellField(BEFORE_FIELD),
      compare: { ...state.compare, shown: true, view: 'panels', reference: cellField(AFTER_FIELD) },
      colours: {
        ...state.colours,
        range: 'locked',
        ...range,
        markOutside: true,
        above: ABOVE,
        below: BELOW,
      },
    });
    byId('control-result').replaceChildren(...controlResult(result));
    await this.viewer.settled();
  }

  /** Ends the worker in the middle of its work; the next one reads the part again. */
  private async cancel(): Promise<void> {
    this.running?.abort(new DOMException('cancelled', 'AbortError'));
    const { started } = this;
    this.started = undefined;
    this.part = undefined;
    (await started)?.end();
  }

  private service(): Promise<StartedWorker<ControlService>> {
    this.started ??= startLazyWorker<ControlService>('control-worker').catch((error) => {
      this.started = undefined;
      throw error;
    });
    return this.started;
  }

  private offerFields(fields: readonly string[]): void {
    const select = byId<HTMLSelectElement>('control-fields');
    const option = (value: string | null, textContent: string) =>
      create('option', { value: JSON.stringify(value), textContent });
    select.replaceChildren(option(null, 'choose…'), ...fields.map((name) => option(name, name)));
    select.value = JSON.stringify(this.state.heat.field);
  }

  private busy(busy: boolean): void {
    byId<HTMLButtonElement>('control-run').disabled = busy;
    byId('control-cancel').hidden = !busy;
    byId<HTMLProgressElement>('control-progress').value = 0;
    byId('control-progress').hidden = !busy;
    byId('control-result').toggleAttribute('aria-busy', busy);
  }

  private say(text: string, verdict = ''): void {
    const status = byId('control-status');
    status.textContent = text;
    status.dataset.verdict = verdict;
  }
}

/** Whether a view shows what a plan gives. */
function isOfPlan({ field, compare }: ViewState): boolean {
  return [field, compare.reference].some(
    (shown) => shown?.name === BEFORE_FIELD || shown?.name === AFTER_FIELD,
  );
}

/** Where the model for plates is; undefined where the page is not served with it. */
async function surrogateAssets(): Promise<SurrogateAssets | undefined> {
  if (!(await pretrainedModels()).includes(MODEL)) return undefined;
  return {
    model: applicationAddress(`pretrained/${MODEL}/model.onnx`),
    module: applicationAddress('live/open-live-model.js'),
    wasmPaths: applicationAddress(RUNTIME_FOLDER),
  };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
