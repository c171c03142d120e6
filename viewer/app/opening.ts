import { FileError } from '../../common/errors.js';
import type { DataFile } from '../data/open-data.js';
import { formatPercent } from '../numbers.js';
import { parseRunIndex, type RunIndex, runIndexPath, runModelPath } from '../run-index.js';
import type { ViewTarget } from '../server.js';
import { byId, create } from './elements.js';
import { modelCard } from './model-card.js';
import { SampleList } from './sample-list.js';
import { parseSession } from './session.js';
import type { RunContext } from './shown.js';
import type { TimeControls } from './time-controls.js';
import type { ViewDocument } from './view-document.js';
import type { ViewState } from './view-state.js';
import type { Viewer } from './viewer.js';

/** Files of a folder that are no data. */
const NO_DATA = /\.(json|jsonl|html|txt|md|csv|png|log)$/i;
const MODEL = /\.onnx$/i;
/** Loading that takes less shows no bar. */
const BAR_DELAY = 150;

/** Brings data to the page: files that a person has, an address, the samples of a run; with progress, and until cancelled. */
export class Opening {
  /** What pictures and saved files are called */
  caption = 'fieldsmith';
  /** What else a session that was opened asks for */
  onSession?: (session: ViewState) => Promise<void>;
  private readonly page = byId('view');
  private running?: AbortController;

  /** Told of surrogates that a person opened, or of that of a run, called `run` */
  onModel?: (name: string, file: DataFile) => void;

  constructor(
    private readonly view: ViewDocument,
    private readonly viewer: Viewer,
    private readonly time: TimeControls,
    private readonly fail: (error: unknown) => void,
  ) {}

  cancel(): void {
    this.running?.abort();
  }

  /** What `fieldsmith view` was asked to show. */
  async openTarget(wantedSample: string | null): Promise<void> {
    const target: ViewTarget = JSON.parse(await textOf('target.json', 'the viewer’s server'));
    if (target.kind === 'file') await this.openFiles([fileAt(target.name)]);
    else if (target.kind === 'nothing') this.showEmpty();
    else {
      byId('report').hidden = !target.report;
      if (target.model) this.showRunModel(fileAt(target.model));
      const index = parseRunIndex(await textOf(runIndexPath, runIndexPath));
      const sample = Number(wantedSample ?? this.view.state.data.sample);
      await this.openRun(target.name, index, (name) => fileAt(`fields/${name}`), sample, true);
    }
  }

  async openAddress(address: string): Promise<void> {
    const url = new URL(address, document.baseURI);
    const name = decodeURIComponent(url.pathname.split('/').at(-1) || url.host);
    await this.openFiles([{ name, from: url.href }]);
    this.view.record('data.address', url.href);
  }

  /** What a person brought: a session, a run folder, or data. */
  async openFiles(files: readonly DataFile[]): Promise<void> {
    try {
      const [first] = files;
      if (files.length === 1 && /\.json$/i.test(first.name) && first.from instanceof Blob) {
        const session = parseSession(await first.from.text());
        await this.viewer.restore(session);
        const { data } = this.viewer;
        if (data) this.time.show(data.times, data.step);
        await this.onSession?.(session);
        return;
      }
      const index = files.find(({ name }) => name === runIndexPath || name.endsWith(`/${runIndexPath}`));
      if (index?.from instanceof Blob) {
        const folder = index.name.slice(0, -'index.json'.length);
        const fileOf = (name: string) => {
          const found = files.find((file) => file.name === folder + name);
          if (!found) throw new FileError(`${folder}${name} is not among the files that were dropped.`);
          return found;
        };
        const root = index.name.slice(0, -runIndexPath.length);
        const model = files.find(({ name }) => name === root + runModelPath);
        if (model) this.showRunModel(model);
        await this.openRun('run', parseRunIndex(await index.from.text()), fileOf, 0, false);
        return;
      }
      const data = files.filter(({ name }) => !NO_DATA.test(name));
      if (data.length === 1 && MODEL.test(data[0].name)) {
        await this.openModel(data[0]);
        return;
      }
      const name = files.find((file) => /\.pvd$/i.test(file.name))?.name ?? files[0].name;
      await this.openData(name, data.length > 0 ? data : files);
    } catch (error) {
      this.fail(error);
    }
  }

  /** No data are shown: the page asks for files, or shows the card of a model. */
  showEmpty(): void {
    const model = !byId('model').hidden;
    byId('empty').hidden = model;
    this.page.dataset.state = model ? 'model' : 'empty';
  }

  /** Data in place of what is shown, which stays if they cannot be opened or are cancelled. */
  private async openData(name: string, files: readonly DataFile[]): Promise<void> {
    const { data: before } = this.view.state;
    const model = !byId('model').hidden;
    const goBack = () => {
      if (this.viewer.data) this.view.record('data', before);
      byId('model').hidden = !model;
    };
    this.view.record('data', { name, sample: 0, step: before.name === name ? before.step : 0 });
    try {
      const outcome = await this.show(files);
      if (outcome === 'cancelled') {
        goBack();
        if (!this.viewer.data) this.showEmpty();
      }
      if (outcome !== 'shown') return;
    } catch (error) {
      goBack();
      throw error;
    }
    for (const id of ['samples', 'run-model']) byId(id).hidden = true;
    this.setTitle(name);
  }

  /** A model's card in place of what is shown. */
  private async openModel(file: DataFile): Promise<void> {
    const description = await this.viewer.describeModel(file);
    const card = modelCard(description);
    this.running?.abort();
    this.viewer.clear();
    for (const id of ['samples', 'empty', 'message', 'loading', 'run-model', 'timeline'])
      byId(id).hidden = true;
    this.setTitle(file.name);
    this.view.record('data', { name: file.name, sample: 0, step: 0 });
    const place = byId('model');
    place.replaceChildren(card);
    place.hidden = false;
    place.scrollTop = 0;
    this.page.dataset.state = 'model';
    byId('announcement').textContent = `Model ${file.name}`;
    if (description.kind === 'surrogate') this.onModel?.(file.name, file);
  }

  /** The card of a run's model, in the panel; the run is shown whatever becomes of it. */
  private async showRunModel(file: DataFile): Promise<void> {
    const place = byId('run-model');
    let content: HTMLElement;
    try {
      const description = await this.viewer.describeModel(file);
      content = modelCard(description);
      if (description.kind === 'surrogate') this.onModel?.('run', file);
    } catch (error) {
      content = create('p', { className: 'hint', textContent: (error as Error).message });
    }
    place.lastElementChild?.replaceChildren(content);
    place.hidden = false;
  }

  /** A run's samples beside the view: prediction, reference and error of one of them. */
  private async openRun(
    name: string,
    index: RunIndex,
    fileOf: (name: string) => DataFile,
    wanted: number,
    served: boolean,
  ): Promise<void> {
    byId('samples').hidden = false;
    this.setTitle(index.title ?? name);
    const select = async (position: number) => {
      const sample = index.samples[position];
      list.select(position);
      this.view.record('data.sample', position);
      if (served) history.replaceState(null, '', `#sample=${position}`);
      this.caption = `${sample.name}, ${sample.category}, relative L2 error ${formatPercent(sample.relativeL2)}`;
      const { fields, lengthUnit = '' } = index;
      const problem = index.problem && { ...index.problem, types: sample.boundaryTypes };
      try {
        await this.show([fileOf(sample.file)], {
          fields,
          lengthUnit,
          relativeL2: sample.relativeL2,
          problem,
        });
      } catch (error) {
        this.fail(error);
      }
    };
    const list = new SampleList(index.samples, select);
    if (this.view.state.data.name !== name) {
      const cell = (array: string) => ({ name: array, association: 'cell', component: 'magnitude' }) as const;
      this.view.record('data', { name, sample: 0, step: 0 });
      this.view.record('field', cell(index.fields.prediction.array));
      this.view.record('compare.shown', true);
      this.view.record('compare.reference', cell(index.fields.reference.array));
    }
    const exists = Number.isInteger(wanted) && wanted >= 0 && wanted < index.samples.length;
    await select(exists ? wanted : 0);
  }

  /**
   * Loads and shows files; of several asked for in a row, the last one. A sample of a run that cannot be shown leaves nothing
   * behind, as the list beside it says that it is the one.
   */
  private async show(
    files: readonly DataFile[],
    run?: RunContext,
  ): Promise<'shown' | 'cancelled' | 'overtaken'> {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const before = this.page.dataset.state;
    this.page.dataset.state = 'loading';
    for (const id of ['empty', 'message', 'model']) byId(id).hidden = true;
    const bar = byId<HTMLProgressElement>('loading-bar');
    const timer = setTimeout(() => {
      byId('loading').hidden = false;
    }, BAR_DELAY);
    const progress = {
      update: (phase: string, done: number, total: number) => {
        byId('loading-text').textContent = `${phase[0].toUpperCase()}${phase.slice(1)}…`;
        bar.value = total > 0 ? done / total : 0;
      },
      message: () => {},
    };
    try {
      await this.viewer.open(files, { signal: controller.signal, progress }, run);
      if (this.running !== controller) return 'overtaken';
      const { data } = this.viewer;
      if (data) this.time.show(data.times, data.step);
      this.page.dataset.state = 'ready';
      return 'shown';
    } catch (error) {
      if (this.running !== controller) return 'overtaken';
      if (!controller.signal.aborted) {
        if (run) this.viewer.clear();
        throw error;
      }
      if (this.viewer.data) this.page.dataset.state = before === 'loading' ? 'ready' : before;
      else this.showEmpty();
      return 'cancelled';
    } finally {
      clearTimeout(timer);
      if (this.running === controller) {
        this.running = undefined;
        byId('loading').hidden = true;
      }
    }
  }

  private setTitle(name: string): void {
    this.caption = name;
    byId('title').textContent = name;
    document.title = `${name} – Fieldsmith`;
  }
}

/** A file beside the page; the worker has no address of its own to start from. */
function fileAt(path: string): DataFile {
  const url = path.split('/').map(encodeURIComponent).join('/');
  return { name: path, from: new URL(url, document.baseURI).href };
}

async function textOf(path: string, name: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(path);
  } catch (cause) {
    throw new FileError(`${name} cannot be fetched: is \`fieldsmith view\` still running?`, { cause });
  }
  if (!response.ok) throw new FileError(`${name} cannot be fetched: the server answered ${response.status}.`);
  return response.text();
}
