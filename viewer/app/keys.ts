import { byId } from './elements.js';
import type { TimeControls } from './time-controls.js';
import type { ViewDirection } from './view-camera.js';
import type { ViewDocument } from './view-document.js';
import type { Viewer } from './viewer.js';

const directions: Readonly<Record<string, ViewDirection>> = {
  '1': '+x',
  '2': '-x',
  '3': '+y',
  '4': '-y',
  '5': '+z',
  '6': '-z',
  '0': 'corner',
};
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-6, 0],
  ArrowRight: [6, 0],
  ArrowUp: [0, -6],
  ArrowDown: [0, 6],
};
const CUT_STEP = 0.02;

/** The keys of the page; those of a control that has the focus are its own. */
export function listenForKeys(
  view: ViewDocument,
  viewer: Viewer,
  time: TimeControls,
  cancel: () => void,
): void {
  const moveCut = (by: number) => {
    const { shown, position } = view.state.cut;
    if (shown) view.set('cut.position', Math.min(1, Math.max(0, position + by)));
  };
  const actions: Readonly<Record<string, () => void>> = {
    r: () => viewer.camera.reset(),
    '+': () => viewer.camera.zoomBy(1.25),
    '=': () => viewer.camera.zoomBy(1.25),
    '-': () => viewer.camera.zoomBy(0.8),
    c: () => view.set('cut.shown', !view.state.cut.shown),
    e: () => {
      const shown = !view.state.edges.surface;
      view.set('edges', { surface: shown, cuts: shown });
    },
    '[': () => moveCut(-CUT_STEP),
    ']': () => moveCut(CUT_STEP),
    o: () => byId('open').click(),
    '?': () => byId<HTMLDialogElement>('keys').showModal(),
    ',': () => time.move(-1),
    '.': () => time.move(1),
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') {
      cancel();
      viewer.probe.pin(undefined);
      return;
    }
    const target = event.target as HTMLElement;
    if (target.matches('input:not([type=checkbox], [type=radio]), select, textarea')) return;
    const inView = target.matches('.viewport');
    const arrow = arrows[event.key];
    if (inView && arrow) viewer.camera.nudge(...arrow, event.shiftKey || viewer.data?.dimension === 2);
    else if (inView && event.key === 'Enter') viewer.probe.pinCentre();
    else if (event.key === ' ' && (inView || target === document.body)) time.toggle();
    else if (directions[event.key]) viewer.camera.lookFrom(directions[event.key]);
    else if (actions[event.key.toLowerCase()]) actions[event.key.toLowerCase()]();
    else return;
    event.preventDefault();
  });
}
