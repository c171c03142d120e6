/**
 * The page of the viewer: its landmarks and native controls, filled by app/main.ts.
 * `application` is the folder of the bundled application, relative to the page.
 */
export function pageHtml(application: string): string {
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
<body>
<header class="top">
  <h1><span class="mark" aria-hidden="true"></span>Fieldsmith <span id="title"></span></h1>
  <nav>
    <a id="report" href="report.html" hidden>Report</a>
    <button id="save-picture" type="button">Save PNG</button>
    <label class="compact">Theme
      <select id="theme"><option value="auto">System</option><option value="light">Light</option><option value="dark">Dark</option></select>
    </label>
  </nav>
</header>
<aside id="samples" aria-label="Samples" hidden><form id="sample-list"></form></aside>
<main id="view" data-state="loading">
  <form class="toolbar" id="controls" aria-label="Display">
    <label>Colour map <select id="colour-map"></select></label>
    <label class="check"><input type="checkbox" id="edges" checked> Cell edges</label>
    <span id="optional-fields"></span>
    <button id="reset" type="button" aria-keyshortcuts="R" title="Reset the view (R)">Reset view</button>
    <div id="ranges"></div>
  </form>
  <div class="stage">
    <canvas id="canvas" aria-hidden="true"></canvas>
    <div id="panels"></div>
    <p id="message" role="alert" hidden></p>
  </div>
  <section class="probe" aria-label="Probe">
    <label>Cell <input type="number" id="cell" min="0" step="1" placeholder="number"></label>
    <dl id="probe-values"></dl>
    <p id="probe-hint">Point at a cell to read it, click to keep it, Escape to let go. Drag to pan, right-drag to turn, wheel to zoom, R to reset.</p>
    <p id="announcement" class="visually-hidden" aria-live="polite"></p>
  </section>
</main>
<noscript>This page draws fields with WebGL and needs JavaScript.</noscript>
<script type="module" src="${application}/main.js"></script>
</body>
</html>
`;
}
