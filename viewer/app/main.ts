import './style.css';
import { formatPercent } from '../numbers.js';
import { byId } from './elements.js';
import { type LoadedSample, loadRunIndex, loadSample, loadTarget } from './load.js';
import { panelFieldsOfRun } from './panel-fields.js';
import { SampleList } from './sample-list.js';
import { followTheme } from './theme.js';
import { Viewer } from './viewer.js';

const view = byId('view');
const message = byId('message');
let caption = 'fieldsmith';

followTheme(byId<HTMLSelectElement>('theme'));
start().catch(fail);

async function start(): Promise<void> {
  const viewer = new Viewer();
  byId('save-picture').addEventListener('click', () => savePicture(viewer).catch(fail));
  const target = await loadTarget();
  byId('title').textContent = target.name;
  document.title = `${target.name} – Fieldsmith`;
  if (target.kind === 'file') {
    caption = target.name;
    await show(viewer, () => loadSample(target.name));
    return;
  }
  byId('report').hidden = !target.report;
  const index = await loadRunIndex();
  if (index.title) byId('title').textContent = index.title;
  const fields = panelFieldsOfRun(index.fields);
  const select = async (position: number) => {
    const sample = index.samples[position];
    list.select(position);
    history.replaceState(null, '', `#sample=${position}`);
    caption = `${sample.name}, ${sample.category}, relative L2 error ${formatPercent(sample.relativeL2)}`;
    await show(viewer, () => loadSample(`fields/${sample.file}`, fields), index.lengthUnit);
  };
  const list = new SampleList(index.samples, select);
  const wanted = Number(new URLSearchParams(location.hash.slice(1)).get('sample'));
  await select(Number.isInteger(wanted) && wanted >= 0 && wanted < index.samples.length ? wanted : 0);
}

let latest = 0;

/** Loads and shows a sample; of several asked for in a row, the last one. */
async function show(viewer: Viewer, load: () => Promise<LoadedSample>, lengthUnit?: string): Promise<void> {
  const request = ++latest;
  view.dataset.state = 'loading';
  try {
    const sample = await load();
    if (request !== latest) return;
    message.hidden = true;
    viewer.show(sample, lengthUnit);
    view.dataset.state = 'ready';
  } catch (error) {
    if (request !== latest) return;
    viewer.clear();
    fail(error);
  }
}

async function savePicture(viewer: Viewer): Promise<void> {
  const url = URL.createObjectURL(await viewer.picture(caption));
  const link = Object.assign(document.createElement('a'), {
    href: url,
    download: `${caption.replace(/[^\w.-]+/g, '-')}.png`,
  });
  link.click();
  URL.revokeObjectURL(url);
}

function fail(error: unknown): void {
  message.textContent = error instanceof Error ? error.message : String(error);
  message.hidden = false;
  view.dataset.state = 'error';
}
