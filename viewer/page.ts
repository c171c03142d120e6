import { controlsHtml } from './page-controls.js';

const keys: readonly (readonly [string, string])[] = [
  ['Arrow keys', 'turn the body (2D: move it); with Shift, move it'],
  ['+ and −', 'zoom'],
  ['R', 'reset the view'],
  ['1 to 6, 0', 'look from ±x, ±y, ±z, from a corner'],
  ['C', 'cut plane on and off'],
  ['[ and ]', 'move the cut plane'],
  ['E', 'cell edges on and off'],
  ['Enter', 'keep the cell in the middle of the view'],
  ['Escape', 'let go of the kept cell, stop loading'],
  ['Space, , and .', 'play, one step back, one step on'],
  ['O', 'open a file'],
  ['?', 'this list'],
];

/**
 * The page of the viewer: its landmarks and native controls, filled by app/main.ts.
 *
 * @param application folder of the bundled application, relative to the page
 * @param served whether `target.json` beside the page says what to show; else the page waits for files
 */
export function pageHtml(application: string, served: boolean): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Fieldsmith</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M1 14 8 2l7 12z' fill='%2321918c'/%3E%3Cpath d='M8 2 1 14h7z' fill='%23440154'/%3E%3C/svg%3E">
<link rel="stylesheet" href="${application}/main.css">
</head>
<body${served ? ' data-target' : ''}>
<header class="top" id="top">
  <h1><span class="mark" aria-hidden="true"></span>Fieldsmith <span id="title"></span></h1>
  <nav aria-label="Actions">
    <a id="report" href="report.html" hidden>Report</a>
    <button id="open" type="button" aria-keyshortcuts="O">Open…</button>
    <button id="save-picture" type="button">Save PNG</button>
    <label class="compact">at <select id="picture-scale" data-bind="picture.scale" data-json><option value="1">1×</option><option value="2" selected>2×</option><option value="4">4×</option><option value="8">8×</option></select></label>
    <button id="save-session" type="button">Save view</button>
    <button id="copy-link" type="button">Copy link</button>
    <button id="help" type="button" aria-label="Keys" aria-keyshortcuts="?">?</button>
    <label class="compact">Theme
      <select id="theme"><option value="auto">System</option><option value="light">Light</option><option value="dark">Dark</option></select>
    </label>
  </nav>
  <input id="file-input" type="file" multiple hidden aria-label="Files to open">
</header>
<aside id="samples" aria-label="Samples" hidden><form id="sample-list"></form></aside>
<main id="view" data-state="loading">
  <div class="stage">
    <canvas id="canvas" aria-hidden="true"></canvas>
    <div id="panels"></div>
    <div id="empty" hidden>
      <p class="lead">Drop a file here</p>
      <p>VTU, PVD with its files, legacy VTK, Gmsh MSH, STL, OBJ, PLY, GLB or an ONNX model. Nothing leaves this computer.</p>
      <p><button type="button" id="open-here">Choose files…</button></p>
      <form id="address-form"><label>or the address of one <input type="url" id="address" required placeholder="https://…/part.vtu"></label> <button>Open</button></form>
      <p>or begin with a part that is made here:</p>
      <p class="starts"><button type="button" id="live-start">Let a surrogate answer live</button> <button type="button" id="control-plate">Plan the temperatures of a plate</button></p>
    </div>
    <div id="model" role="region" aria-label="Model" tabindex="0" hidden></div>
    <div id="loading" role="status" hidden><span id="loading-text"></span> <progress id="loading-bar" max="1" aria-label="Loading"></progress> <button type="button" id="cancel">Cancel</button></div>
    <div id="message" role="alert" hidden><p id="message-text"></p><button type="button" id="dismiss">Close</button></div>
  </div>
  <div id="plot" hidden><button type="button" id="save-plot">Save CSV</button><div id="plot-area"></div></div>
  <form class="timeline" id="timeline" aria-label="Time" hidden>
    <button type="button" id="play" aria-pressed="false">Play</button>
    <label class="slider">Time <input type="range" id="step" min="0" step="1"></label>
    <output id="time"></output>
    <label>Speed <select id="speed" data-bind="playback.interval" data-json><option value="1000">1/s</option><option value="333" selected>3/s</option><option value="100">10/s</option></select></label>
    <label class="check"><input type="checkbox" id="loop" data-bind="playback.loop" checked> Loop</label>
  </form>
  <section class="probe" aria-label="Probe">
    <label>Cell <input type="number" id="cell" min="0" step="1" placeholder="number"></label>
    <dl id="probe-values"></dl>
    <p id="probe-hint">Point at a cell to read it, click to keep it, Escape to let go.</p>
    <p id="announcement" class="visually-hidden" aria-live="polite"></p>
  </section>
</main>
<aside class="sidebar" aria-label="What is shown"><p id="counts" class="hint"></p><details id="run-model" hidden><summary>Model</summary><div></div></details><form id="controls" aria-label="Display">
  <button id="reset" type="button" aria-keyshortcuts="R">Reset view</button>${controlsHtml}</form></aside>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl>${keys.map(([key, does]) => `<div><dt>${key}</dt><dd>${does}</dd></div>`).join('')}</dl><form method="dialog"><button>Close</button></form></dialog>
<noscript>This page draws fields with WebGL and needs JavaScript.</noscript>
<script defer src="${application}/main.js"></script>
</body>
</html>
`;
}
