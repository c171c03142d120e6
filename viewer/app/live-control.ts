import { InvalidInputError } from '../../common/errors.js';
import type { DataFile } from '../data/open-data.js';
import type { Remote } from '../data/remote.js';
import { completeSettings } from '../live/default-settings.js';
import { LIVE_FIELD, TEMPERATURE_UNIT } from '../live/live-fields.js';
import type { LivePart, LivePatch } from '../live/live-part.js';
import type { LiveService } from '../live/live-service.js';
import type { LiveState, Part } from '../live/live-state.js';
import type { LiveModel } from '../live/open-live-model.js';
import { formatPercent } from '../numbers.js';
import { byId, create } from './elements.js';
import { applicationAddress, RUNTIME_FOLDER, startLiveService } from './live-client.js';
import { LiveHandle } from './live-handle.js';
import { LiveModels, RUN_MODEL } from './live-models.js';
import { LivePanel } from './live-panel.js';
import { LivePolish } from './live-polish.js';
import { LiveTimings } from './live-timings.js';
import type { ViewDocument } from './view-document.js';
import type { ViewState } from './view-state.js';
import type { Viewer } from './viewer.js';

/** Milliseconds without a change before the range is judged, which may take longer than an answer. */
const REST = 250;
const PART_NAMES = { 'cut-corners': 'Square with cut corners', holes: 'Plate with holes' } as const;
const OUTLINE = '#d55e00';

/** Keeps what is shown at what the sliders say: opens models, makes parts, encodes, and asks for answers, newest first. */
export class LiveControl {
  private service?: Remote<LiveService>;
  private readonly panel: LivePanel;
  private readonly polish: LivePolish;
  private readonly timings = new LiveTimings(byId('live-timings'));
  private readonly models = new LiveModels(() => this.offerModels());
  private model?: LiveModel;
  private part?: LivePart;
  /** What each thing was made for; '' for what has to be made */
  private made = { model: '', part: '', encoding: '', loads: '' };
  /** Revision of the viewer's data that the part belongs to */
  private revision = -1;
  /** Not before the page shows what it was asked for, which may be what is to answer */
  private started = false;
  /** A session shows another field than the answers */
  private keepsField = false;
  private running = false;
  private stale = false;
  private changedAt = 0;
  /** What the answers were brought to last */
  private last?: { readonly live: LiveState; readonly revision: number };
  private rest?: ReturnType<typeof setTimeout>;

  constructor(
    private readonly view: ViewDocument,
    private readonly viewer: Viewer,
    /** Shows a file in the viewer */
    private readonly show: (file: DataFile) => Promise<void>,
    /** Says on the page what went wrong, where the panel is not seen */
    private readonly fail: (error: unknown) => void,
  ) {
    this.polish = new LivePolish(view, viewer, () => this.service);
    this.panel = new LivePanel(view, (patch) => this.outline(patch));
    new LiveHandle(view, viewer, () => this.revision === viewer.revision && this.made.part !== '');
    byId<HTMLSelectElement>('live-model').addEventListener('change', ({ target }) =>
      this.choose((target as HTMLSelectElement).value),
    );
    document.querySelector('[data-bind="live.shown"]')?.addEventListener('change', () => {
      this.keepsField = false;
    });
    byId('cancel').addEventListener('click', () => {
      if (this.running && !viewer.data) view.set('live.shown', false);
    });
    view.onChange(() => this.sync());
    this.offerModels();
  }

  /** Takes up what a session says, once what it is of is open. */
  resume({ field, live }: ViewState): void {
    this.keepsField = live.shown && field !== null && field.name !== LIVE_FIELD;
    this.started = true;
    this.last = undefined;
    this.sync();
  }

  /** A model that a person opened, or `run` that of a run folder. */
  addModel(name: string, file: DataFile): void {
    this.models.add(name, file);
    this.offerModels();
    if (name !== RUN_MODEL) {
      const start = create('button', { type: 'button', textContent: 'Let it answer live' });
      start.addEventListener('click', () => this.choose(name));
      byId('model').prepend(start);
    }
    if (this.view.state.live.model !== name) return;
    this.made.model = '';
    this.last = undefined;
    this.sync();
  }

  /** Answers with a model, on a part like those of its training if the present one was generated. */
  choose(model: string): void {
    const { live } = this.view.state;
    const present = live.part.kind === 'open' && !this.viewer.data ? 'cut-corners' : live.part.kind;
    const kind = this.models.partFor(model, present);
    this.keepsField = false;
    const patches = {};
    this.view.set('live', { ...live, shown: true, model, patches, part: { ...live.part, kind } });
  }

  /** Brings answer and picture to the state; of many changes meanwhile, the last. */
  private async sync(): Promise<void> {
    const { live } = this.view.state;
    const { revision } = this.viewer;
    if (!this.started) return;
    if (live === this.last?.live && revision === this.last.revision) return;
    if (live !== this.last?.live) this.changedAt = performance.now();
    this.last = { live, revision };
    this.offerModels();
    if (this.part) this.panel.showPositions(this.part, live);
    if (!live.shown) return;
    this.stale = true;
    if (this.running) return;
    this.running = true;
    this.state = 'working';
    try {
      while (this.stale && this.view.state.live.shown) {
        this.stale = false;
        await this.step(this.view.state.live);
      }
      this.state = 'ready';
      if (!this.viewer.data) byId('empty').hidden = !byId('model').hidden;
    } catch (error) {
      this.state = 'failed';
      this.polish.available = false;
      this.panel.say(error instanceof Error ? error.message : String(error), true);
      if (!this.viewer.data) this.fail(error);
    } finally {
      if (!this.viewer.data) byId('loading').hidden = true;
      this.running = false;
      // what changed while something failed may be what mends it
      if (this.stale) {
        this.last = undefined;
        this.sync();
      }
    }
  }

  private async step(live: LiveState): Promise<void> {
    this.service ??= startLiveService((message) => this.lose(message));
    if (this.made.model !== live.model) await this.openModel(live.model);
    if (this.superseded) return;
    await this.openPart(live.part);
    if (this.superseded) return;
    if (this.part && this.model && this.part.dimension !== this.model.dimension)
      throw new InvalidInputError(
        `The model ${live.model} answers on ${this.model.dimension}D meshes, this one is ${this.part.dimension}D; choose another.`,
      );
    // a session may name some patches only, or those of another part
    const { part } = this;
    const set = Object.keys(this.view.state.live.patches);
    if (part && (set.length !== part.patches.length || part.patches.some(({ name }) => !set.includes(name))))
      this.complete(part);
    const { conductivity, patches } = this.view.state.live;
    const types = Object.entries(patches).map(([name, { type }]) => [name, type]);
    const encoding = JSON.stringify([this.made.model, this.made.part, conductivity, types]);
    if (this.made.encoding !== encoding) await this.encode(encoding);
    if (this.superseded) return;
    const { source } = this.view.state.live;
    const loads = JSON.stringify([encoding, patches, source]);
    if (this.made.loads !== loads) await this.answer(loads);
  }

  /** The worker has ended: the next change starts another one. */
  private lose(message: string): void {
    this.service = undefined;
    this.made = { model: '', part: '', encoding: '', loads: '' };
    this.running = false;
    this.state = 'failed';
    this.polish.available = false;
    this.panel.say(message, true);
    if (this.viewer.data) return;
    byId('loading').hidden = true;
    this.fail(new Error(message));
  }

  /** What is being done is no longer what is wanted. */
  private get superseded(): boolean {
    return this.stale || !this.view.state.live.shown;
  }

  private async openModel(name: string): Promise<void> {
    this.work(`Opening ${name}…`);
    this.made = { ...this.made, model: '', encoding: '', loads: '' };
    const file = await this.models.fileOf(name);
    this.model = await this.service!.openModel(file, {
      wasmPaths: applicationAddress(RUNTIME_FOLDER),
    });
    this.made.model = name;
    this.panel.describeModel(this.model, undefined);
    if (this.part && this.made.part) this.complete(this.part);
  }

  private async openPart(description: Part): Promise<void> {
    const generated = description.kind !== 'open';
    if (generated && this.made.part !== '' && this.viewer.revision !== this.revision) {
      this.made.part = '';
      // a person opened something else: the answers are of that from now on
      if (this.viewer.data) {
        this.view.set('live.part.kind', 'open');
        return;
      }
    }
    const { kind, cells, cutouts, seed } = description;
    const key = JSON.stringify(generated ? [kind, cells, cutouts, seed] : this.viewer.revision);
    if (this.made.part === key) return;
    this.made = { ...this.made, part: '', encoding: '', loads: '' };
    if (kind === 'open') {
      if (!this.viewer.data) throw new InvalidInputError('No mesh is open: open a file, or choose a part.');
      this.work('Reading the mesh…');
      this.part = await this.service!.openPart(await this.viewer.shownFile());
    } else {
      this.work('Making the part…');
      const { part, file } = await this.service!.makePart(description);
      this.part = part;
      await this.show({ name: PART_NAMES[kind], from: new Blob([file]) });
    }
    this.revision = this.viewer.revision;
    this.made.part = key;
    this.complete(this.part);
  }

  /** Settings for all patches of the part, and their rows in the panel. */
  private complete(part: LivePart): void {
    const model = this.model!;
    const { live } = this.view.state;
    this.view.record('live.patches', completeSettings(part, model.coverage, live.patches));
    this.panel.showPart(part, model, live.conductivity);
  }

  private async encode(key: string): Promise<void> {
    const { live } = this.view.state;
    this.work('Encoding mesh and boundary types…');
    this.panel.setReach(this.part!, live.conductivity);
    const { rank, milliseconds } = await this.service!.encode(live);
    this.made.encoding = key;
    this.made.loads = '';
    this.timings.restart(milliseconds);
    this.panel.describeModel(this.model!, rank);
  }

  private async answer(key: string): Promise<void> {
    const { live } = this.view.state;
    const changed = this.changedAt;
    this.polish.forget();
    const answer = await this.service!.answer(live);
    const received = performance.now();
    if (this.revision !== this.viewer.revision) return;
    this.made.loads = key;
    const first = !this.viewer.data?.fields.some(({ name }) => name === LIVE_FIELD);
    const placed = this.viewer.setCellField(LIVE_FIELD, answer.field, TEMPERATURE_UNIT);
    if (first && !this.keepsField)
      this.view.set('field', { name: LIVE_FIELD, association: 'cell', component: 'magnitude' });
    await placed;
    const uploaded = performance.now();
    const { relativeResidual, estimatedError, milliseconds } = answer;
    this.panel.say(
      relativeResidual === undefined || estimatedError === undefined
        ? 'The surrogate answers.'
        : `Residual ${relativeResidual.toExponential(1)}, estimated error ${formatPercent(estimatedError).replace(' ', '\u00a0')}.`,
    );
    this.viewer.scene.drawn().then(() => {
      const drawn = performance.now();
      this.timings.add({
        model: milliseconds,
        readback: Math.max(0, performance.timeOrigin + received - answer.finished),
        upload: uploaded - received,
        draw: drawn - uploaded,
        total: drawn - changed,
      });
    });
    this.polish.available = true;
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.judge(), REST);
  }

  private async judge(): Promise<void> {
    if (this.running || !this.made.loads) return;
    const { outside, sentence } = await this.service!.range(this.view.state.live);
    this.panel.warn(outside ? `This problem is ${sentence}.` : undefined);
  }

  /** Says what takes a while: in the panel, and over a page that shows nothing yet. */
  private work(text: string): void {
    this.panel.say(text);
    if (this.viewer.data) return;
    for (const id of ['empty', 'message']) byId(id).hidden = true;
    byId('loading-text').textContent = text;
    byId<HTMLProgressElement>('loading-bar').removeAttribute('value');
    byId('loading').hidden = false;
  }

  /** For assistive technology, and for those who wait for an answer. */
  private set state(state: 'working' | 'ready' | 'failed') {
    const place = byId('live');
    place.dataset.state = state;
    place.ariaBusy = String(state === 'working');
  }

  /** Shows where a patch lies, or nothing. */
  private outline(patch: LivePatch | undefined): void {
    const frame = this.viewer.data?.frame;
    if (!frame) return;
    const drawn = patch?.outline.map((x, i) => (x - frame.centre[i % 3]) / frame.size);
    const ends = (which: number) =>
      Float32Array.from(drawn?.filter((_, i) => Math.floor(i / 3) % 2 === which) ?? []);
    this.viewer.scene.overlay('patch', drawn && { starts: ends(0), ends: ends(1) }, OUTLINE, 5);
  }

  private offerModels(): void {
    this.panel.offerModels(this.models.choices, this.view.state.live.model);
  }
}
