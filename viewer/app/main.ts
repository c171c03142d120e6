import './style.css';
import { FileError } from '../../common/errors.js';
import type { DataFile } from '../data/open-data.js';
import { formatPercent } from '../numbers.js';
import { parseRunIndex, type RunIndex, runIndexPath } from '../run-index.js';
import type { ViewTarget } from '../server.js';
import { bindControls } from './bind-controls.js';
import { colourMapNames } from './colour-maps.js';
import { byId, create } from './elements.js';
import { listenForFiles } from './file-opener.js';
import { listenForKeys } from './keys.js';
import { SampleList } from './sample-list.js';
import { linkText, parseLink, parseSession, sessionText } from './session.js';
import { followTheme } from './theme.js';
import { TimeControls } from './time-controls.js';
import type { ViewDirection } from './view-camera.js';
import { ViewDocument } from './view-document.js';
import { type RunContext, Viewer } from './viewer.js';

const page = byId('view');
const view = new ViewDocument();
const viewer = new Viewer(view, fail, (name, text) => save(name, new Blob([text], { type: 'text/csv' })));
const time = new TimeControls(goTo);
/** What the picture and saved files are called. */
let caption = 'fieldsmith';
let opening: AbortController | undefined;

followTheme(byId<HTMLSelectElement>('theme'));
byId('colour-map').append(
  ...colourMapNames.map((name) => create('option', { value: name, textContent: name })),
);
const controls = byId<HTMLFormElement>('controls');
controls.addEventListener(
  'change',
  ({ target }) => {
    // a range that is typed is locked, before the value is read: what is automatic would be put in its place
    if (target instanceof HTMLElement && /^colours\.(minimum|maximum)$/.test(target.dataset.bind ?? ''))
      view.record('colours.range', 'locked');
  },
  { capture: true },
);
bindControls(controls, view);
controls.addEventListener('click', ({ target }) => {
  const { normal, look } = (target as HTMLElement).dataset;
  if (normal) view.set('cut.normal', normal.split(',').map(Number));
  if (look) viewer.camera.lookFrom(look as ViewDirection);
});
listenForFiles(openFiles, (address) => openAddress(address));
listenForKeys(view, viewer, time, () => opening?.abort());
byId('reset').addEventListener('click', () => viewer.camera.reset());
byId('cancel').addEventListener('click', () => opening?.abort());
byId('dismiss').addEventListener('click', () => dismiss());
byId('help').addEventListener('click', () => byId<HTMLDialogElement>('keys').showModal());
byId('worst').addEventListener('click', () => viewer.goToWorst().catch(fail));
byId('save-picture').addEventListener('click', () => savePicture().catch(fail));
byId('save-session').addEventListener('click', () =>
  save(`${caption}.view.json`, new Blob([sessionText(view.state)], { type: 'application/json' })),
);
byId('copy-link').addEventListener('click', () => copyLink().catch(fail));
start().catch(fail);

async function start(): Promise<void> {
  const parameters = new URLSearchParams(location.hash.slice(1));
  document.body.dataset.embed = parameters.get('embed') ?? '';
  const session = parameters.get('view');
  if (session) view.replace(parseLink(session));
  const target: ViewTarget | undefined =
    'target' in document.body.dataset
      ? JSON.parse(await textOf('target.json', 'the viewer’s server'))
      : undefined;
  const address = parameters.get('open') ?? view.state.data.address;
  if (address) await openAddress(address);
  else if (target?.kind === 'run') await openRun(target, parameters.get('sample'));
  else if (target?.kind === 'file') await openFiles([fileAt(target.name, target.name)]);
  else showEmpty();
  if (session && view.state.camera.position) viewer.camera.setPose(view.state.camera);
}

function showEmpty(): void {
  byId('empty').hidden = false;
  page.dataset.state = 'empty';
}

/** A file beside the page; the worker has no address of its own to start from. */
function fileAt(path: string, name: string): DataFile {
  return { name, from: new URL(path.split('/').map(encodeURIComponent).join('/'), document.baseURI).href };
}

async function openAddress(address: string): Promise<void> {
  const url = new URL(address, document.baseURI);
  await openFiles([{ name: decodeURIComponent(url.pathname.split('/').at(-1) || url.host), from: url.href }]);
  view.record('data.address', url.href);
}

/** What a person brought: a session, a run folder, or data. */
async function openFiles(files: readonly DataFile[]): Promise<void> {
  try {
    const [first] = files;
    if (files.length === 1 && /\.json$/i.test(first.name) && first.from instanceof Blob) {
      await openSession(await first.from.text());
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
      await showRun('run', parseRunIndex(await index.from.text()), fileOf, 0);
      return;
    }
  } catch (error) {
    fail(error);
    return;
  }
  const data = files.filter(({ name }) => !/\.(json|jsonl|html|txt|md)$/i.test(name));
  byId('samples').hidden = true;
  const name = files.find((file) => /\.pvd$/i.test(file.name))?.name ?? files[0].name;
  setTitle(name);
  view.record('data', { name, sample: 0, step: view.state.data.name === name ? view.state.data.step : 0 });
  await show(data.length > 0 ? data : files);
}

/** Sets the view as a session says, at its step of the series, for the data that are open. */
async function openSession(text: string): Promise<void> {
  const session = parseSession(text);
  const { data } = viewer;
  if (data && session.data.step !== data.step && session.data.step < data.times.length)
    await goTo(session.data.step);
  view.replace(viewer.fitted(session));
  viewer.camera.setPose(session.camera);
}

async function openRun(target: ViewTarget & { kind: 'run' }, wanted: string | null): Promise<void> {
  byId('report').hidden = !target.report;
  const index = parseRunIndex(await textOf(runIndexPath, runIndexPath));
  const sample = Number(wanted ?? view.state.data.sample);
  await showRun(target.name, index, (name) => fileAt(`fields/${name}`, `fields/${name}`), sample);
}

/** A run's samples beside the view: prediction, reference and error of one of them. */
async function showRun(
  name: string,
  index: RunIndex,
  fileOf: (name: string) => DataFile,
  wanted: number,
): Promise<void> {
  byId('samples').hidden = false;
  setTitle(index.title ?? name);
  const select = async (position: number) => {
    const sample = index.samples[position];
    list.select(position);
    view.record('data.sample', position);
    if ('target' in document.body.dataset) history.replaceState(null, '', `#sample=${position}`);
    caption = `${sample.name}, ${sample.category}, relative L2 error ${formatPercent(sample.relativeL2)}`;
    const context = {
      fields: index.fields,
      lengthUnit: index.lengthUnit ?? '',
      relativeL2: sample.relativeL2,
    };
    try {
      await show([fileOf(sample.file)], context);
    } catch (error) {
      fail(error);
    }
  };
  const list = new SampleList(index.samples, select);
  if (view.state.data.name !== name) {
    const cell = (array: string) => ({ name: array, association: 'cell', component: 'magnitude' }) as const;
    view.record('data', { name, sample: 0, step: 0 });
    view.record('field', cell(index.fields.prediction.array));
    view.record('compare.shown', true);
    view.record('compare.reference', cell(index.fields.reference.array));
  }
  await select(Number.isInteger(wanted) && wanted >= 0 && wanted < index.samples.length ? wanted : 0);
}

/** Loads and shows files; of several asked for in a row, the last one. */
async function show(files: readonly DataFile[], run?: RunContext): Promise<void> {
  opening?.abort();
  const controller = new AbortController();
  opening = controller;
  const before = page.dataset.state;
  page.dataset.state = 'loading';
  byId('empty').hidden = true;
  dismiss(false);
  const bar = byId<HTMLProgressElement>('loading-bar');
  // what loads at once needs no bar
  const timer = setTimeout(() => {
    byId('loading').hidden = false;
  }, 150);
  try {
    await viewer.open(
      files,
      {
        signal: controller.signal,
        progress: {
          update: (phase, done, total) => {
            byId('loading-text').textContent = `${phase[0].toUpperCase()}${phase.slice(1)}…`;
            bar.value = total > 0 ? done / total : 0;
          },
          message: () => {},
        },
      },
      run,
    );
    if (opening !== controller) return;
    const { data } = viewer;
    if (data) time.show(data.times, data.step);
    page.dataset.state = 'ready';
  } catch (error) {
    if (opening !== controller) return;
    if (controller.signal.aborted) {
      if (viewer.data) page.dataset.state = before;
      else showEmpty();
      return;
    }
    viewer.clear();
    fail(error);
  } finally {
    clearTimeout(timer);
    if (opening === controller) {
      opening = undefined;
      byId('loading').hidden = true;
    }
  }
}

async function goTo(step: number): Promise<void> {
  try {
    await viewer.goTo(step, {});
    const { data } = viewer;
    if (data) time.show(data.times, data.step);
  } catch (error) {
    fail(error);
  }
}

async function savePicture(): Promise<void> {
  const scale = Number(byId<HTMLSelectElement>('picture-scale').value);
  save(`${caption}.png`, await viewer.picture(caption, scale));
}

async function copyLink(): Promise<void> {
  const url = new URL(location.href);
  url.hash = `view=${linkText(view.state)}`;
  history.replaceState(null, '', url.hash);
  try {
    await navigator.clipboard.writeText(url.href);
    say('The link is copied.');
  } catch {
    say('The link is in the address bar.');
  }
}

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement('a'), { href: url, download: name.replace(/[^\w.-]+/g, '-') }).click();
  URL.revokeObjectURL(url);
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

function setTitle(name: string): void {
  caption = name;
  byId('title').textContent = name;
  document.title = `${name} – Fieldsmith`;
}

function say(text: string): void {
  byId('announcement').textContent = text;
}

function dismiss(ready = true): void {
  byId('message').hidden = true;
  if (!ready) return;
  if (viewer.data) page.dataset.state = 'ready';
  else showEmpty();
}

function fail(error: unknown): void {
  byId('message-text').textContent = error instanceof Error ? error.message : String(error);
  byId('message').hidden = false;
  page.dataset.state = 'error';
}
