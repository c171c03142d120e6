import './style.css';
import { bindControls } from './bind-controls.js';
import { colourMapNames } from './colour-maps.js';
import { ControlPanel } from './control-panel.js';
import { byId, create } from './elements.js';
import { listenForFiles } from './file-opener.js';
import { listenForKeys } from './keys.js';
import { LiveControl } from './live-control.js';
import { Opening } from './opening.js';
import { listenForSaving, saveFile } from './saving.js';
import { parseLink } from './session.js';
import { followTheme } from './theme.js';
import { TimeControls } from './time-controls.js';
import type { ViewDirection } from './view-camera.js';
import { ViewDocument } from './view-document.js';
import type { ViewState } from './view-state.js';
import { Viewer } from './viewer.js';

const page = byId('view');
const view = new ViewDocument();
const viewer = new Viewer(view, fail, (name, text) => saveFile(name, new Blob([text], { type: 'text/csv' })));
const time = new TimeControls(goTo);
const opening = new Opening(view, viewer, time, fail);
const controls = byId<HTMLFormElement>('controls');
/** What the address says is shown */
let linked: ViewState | undefined;

followTheme(byId<HTMLSelectElement>('theme'));
byId('colour-map').append(
  ...colourMapNames.map((name) => create('option', { value: name, textContent: name })),
);
controls.addEventListener(
  'change',
  ({ target }) => {
    // a range that is typed is locked, before the value is read: what is automatic would be put in its place
    if (target instanceof HTMLElement && /^colours\.(minimum|maximum)$/.test(target.dataset.bind ?? ''))
      view.record('colours.range', 'locked');
  },
  { capture: true },
);
const live = new LiveControl(view, viewer, (file) => opening.openFiles([file]), fail);
opening.onModel = (name, file) => live.addModel(name, file);
const control = new ControlPanel(view, viewer, (file) => opening.openFiles([file]));
opening.onSession = async (session) => {
  live.resume(session);
  await control.resume(session);
};
for (const part of [controls, byId('timeline'), byId('top')]) bindControls(part, view);
byId('live-start').addEventListener('click', () => live.choose(view.state.live.model));
controls.addEventListener('click', ({ target }) => {
  const { normal, look } = (target as HTMLElement).dataset;
  if (normal) view.set('cut.normal', normal.split(',').map(Number));
  if (look) viewer.camera.lookFrom(look as ViewDirection);
});
listenForFiles(
  (files) => opening.openFiles(files),
  (address) => opening.openAddress(address).catch(fail),
);
listenForKeys(view, viewer, time, () => opening.cancel());
listenForSaving(view, viewer, () => opening.caption, fail);
byId('reset').addEventListener('click', () => viewer.camera.reset());
byId('cancel').addEventListener('click', () => opening.cancel());
byId('help').addEventListener('click', () => byId<HTMLDialogElement>('keys').showModal());
byId('worst').addEventListener('click', () => viewer.goToWorst().catch(fail));
byId('dismiss').addEventListener('click', () => {
  byId('message').hidden = true;
  if (viewer.data) page.dataset.state = 'ready';
  else opening.showEmpty();
});
start()
  .catch(fail)
  .then(() => {
    live.resume(linked ?? view.state);
    return control.resume(linked ?? view.state);
  })
  .catch(fail);

/** Opens what the address names, or what the server was asked to show, or waits for files. */
async function start(): Promise<void> {
  const parameters = new URLSearchParams(location.hash.slice(1));
  document.body.dataset.embed = parameters.get('embed') ?? '';
  const link = parameters.get('view');
  if (link) {
    linked = parseLink(link);
    view.replace(linked);
  }
  const address = parameters.get('open') ?? view.state.data.address;
  if (address) await opening.openAddress(address);
  else if ('target' in document.body.dataset) await opening.openTarget(parameters.get('sample'));
  else opening.showEmpty();
}

async function goTo(step: number): Promise<void> {
  try {
    await viewer.goTo(step, {});
    if (viewer.data) time.show(viewer.data.times, viewer.data.step);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  byId('message-text').textContent = error instanceof Error ? error.message : String(error);
  byId('message').hidden = false;
  page.dataset.state = 'error';
}
